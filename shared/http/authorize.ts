import type { Request } from 'express';
import { AppError } from '../errors/index.js';
import { IDENTITY_HEADER, SERVICE_ROLE, roles, verifyIdentity } from '../identity/index.js';
import type { CallerRole, Identity } from '../identity/index.js';

/** Reads the signed identity of a request, and checks its role. */
export type Authorize = (req: Request, ...allowed: readonly CallerRole[]) => Identity;

/** What guides let a gateway send instead of a signed identity. Nothing here sends it, and only a lab can have it believed. */
const BARE_ID = 'x-user-id';
const BARE_ROLE = 'x-user-role';

/** Options of `createAuthorize`. */
export interface AuthorizeOptions {
  /** Lets anybody be whoever a bare `x-user-id` names. For a lesson about what that costs; default: never. */
  readonly believesBareIdentity?: () => boolean;
}

/**
 * Creates the check that a route makes first. With no role named, any signed-in account passes; a service passes only where
 * it is named, because what it calls itself is not the id of an account.
 * It throws `not-authenticated` (401) without a valid identity and `not-allowed` (403) without the role.
 */
export function createAuthorize(identitySecret: string, options: AuthorizeOptions = {}): Authorize {
  const { believesBareIdentity = () => false } = options;
  return function authorize(req, ...allowed) {
    const identity = (believesBareIdentity() && bareIdentity(req)) || signedIdentity(req, identitySecret);
    const passing = allowed.length > 0 ? allowed : roles;
    if (!passing.some((role) => role === identity.role)) throw refusal(passing, identity.role);
    return identity;
  };
}

function signedIdentity(req: Request, identitySecret: string): Identity {
  const token = req.headers[IDENTITY_HEADER];
  if (typeof token !== 'string')
    throw new AppError(
      'not-authenticated',
      'This route needs an account. Send "Authorization: Bearer <access token>" to the gateway.',
    );
  return verifyIdentity(token, identitySecret);
}

function bareIdentity({ headers }: Request): Identity | undefined {
  const { [BARE_ID]: userId, [BARE_ROLE]: named } = headers;
  const role = roles.find((one) => one === named) ?? 'customer';
  return typeof userId === 'string' ? { userId, role } : undefined;
}

function refusal(passing: readonly CallerRole[], role: CallerRole): AppError {
  const caller = role === SERVICE_ROLE ? 'the caller is a service' : `the account is ${role}`;
  return new AppError('not-allowed', `This route is for ${passing.join(' or ')}; ${caller}.`);
}
