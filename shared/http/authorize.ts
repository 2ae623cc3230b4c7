import type { Request } from 'express';
import { AppError } from '../errors/index.js';
import { IDENTITY_HEADER, verifyIdentity } from '../identity/index.js';
import type { Identity, Role } from '../identity/index.js';

/** Reads the signed identity of a request, and checks its role. */
export type Authorize = (req: Request, ...allowed: readonly Role[]) => Identity;

/**
 * Creates the check that a route makes first. With no role named, any signed-in account passes.
 * It throws `not-authenticated` (401) without a valid identity and `not-allowed` (403) without the role.
 */
export function createAuthorize(identitySecret: string): Authorize {
  return function authorize(req, ...allowed) {
    const token = req.headers[IDENTITY_HEADER];
    if (typeof token !== 'string')
      throw new AppError(
        'not-authenticated',
        'This route needs an account. Send "Authorization: Bearer <access token>" to the gateway.',
      );
    const identity = verifyIdentity(token, identitySecret);
    if (allowed.length > 0 && !allowed.includes(identity.role))
      throw new AppError('not-allowed', `This route is for ${allowed.join(' or ')}; the account is ${identity.role}.`);
    return identity;
  };
}
