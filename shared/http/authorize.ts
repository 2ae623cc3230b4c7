import type { Request } from 'express';
import { AppError } from '../errors/index.js';
import { IDENTITY_HEADER, SERVICE_ROLE, roles, verifyIdentity } from '../identity/index.js';
import type { CallerRole, Identity } from '../identity/index.js';

/** Reads the signed identity of a request, and checks its role. */
export type Authorize = (req: Request, ...allowed: readonly CallerRole[]) => Identity;

/**
 * Creates the check that a route makes first. With no role named, any signed-in account passes; a service passes only where
 * it is named, because what it calls itself is not the id of an account.
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
    const passing = allowed.length > 0 ? allowed : roles;
    if (!passing.some((role) => role === identity.role)) throw refusal(passing, identity.role);
    return identity;
  };
}

function refusal(passing: readonly CallerRole[], role: CallerRole): AppError {
  const caller = role === SERVICE_ROLE ? 'the caller is a service' : `the account is ${role}`;
  return new AppError('not-allowed', `This route is for ${passing.join(' or ')}; ${caller}.`);
}
