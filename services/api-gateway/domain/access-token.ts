import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '@quickbite/shared/errors';
import { roles, secretKey } from '@quickbite/shared/identity';
import type { Identity, PresentedToken } from '@quickbite/shared/identity';

const claims = z.object({
  sub: z.string().min(1),
  role: z.enum(roles),
  jti: z.string().min(1),
  sv: z.int().min(0).default(0),
  exp: z.int(),
});
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i;

/** Who an access token speaks for, and what its revocation goes by. */
export interface VerifiedToken {
  readonly identity: Identity & { readonly token: PresentedToken };
  /** The account's session version when the token was issued. */
  readonly sessionVersion: number;
}

/** What is checked of a token beside its signature. Only the knobs of a lab stack can leave anything out. */
export interface TokenChecks {
  /** Off: the algorithm that the token itself names is believed, even `none`. */
  readonly pinAlgorithm: boolean;
  /** Off: tokens that have expired, or that were made by or for somebody else, are taken. */
  readonly verifyClaims: boolean;
}

const allChecks: TokenChecks = { pinAlgorithm: true, verifyClaims: true };

/**
 * Reads the `Authorization` header. Algorithm, issuer and audience are pinned: a token that is signed with anything else,
 * or made for somebody else, is not one.
 * @throws AppError `not-authenticated`, with the challenge of RFC 6750
 */
export function verifyAccessToken(
  authorization: string | undefined,
  secret: string,
  checks: TokenChecks = allChecks,
): VerifiedToken {
  if (authorization === undefined)
    throw challenge('This route needs an account. Sign in and send "Authorization: Bearer <access token>".', 'Bearer');
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined)
    throw challenge('The Authorization header was expected to be "Bearer <access token>".', INVALID_TOKEN);
  try {
    const { sub, role, jti, sv, exp } = claims.parse(decode(token, secret, checks));
    return { identity: { userId: sub, role, token: { id: jti, expiresAt: exp } }, sessionVersion: sv };
  } catch (cause) {
    const detail =
      cause instanceof jwt.TokenExpiredError
        ? 'The access token has expired. Sign in again.'
        : 'The access token is not valid. Sign in again.';
    throw challenge(detail, INVALID_TOKEN, cause);
  }
}

function decode(token: string, secret: string, { pinAlgorithm, verifyClaims }: TokenChecks): unknown {
  const expected = verifyClaims ? { issuer: 'quickbite', audience: 'quickbite-api' } : { ignoreExpiration: true };
  const isUnsigned = token.endsWith('.');
  if (isUnsigned && !pinAlgorithm) return jwt.verify(token, '', { ...expected, algorithms: ['none'] });
  return jwt.verify(token, secretKey(secret), { ...expected, algorithms: ['HS256'] });
}

const INVALID_TOKEN = 'Bearer error="invalid_token"';

/** A 401 with its challenge. */
export function invalidToken(detail: string): AppError {
  return challenge(detail, INVALID_TOKEN);
}

function challenge(detail: string, scheme: string, cause?: unknown): AppError {
  return new AppError('not-authenticated', detail, { cause, headers: { 'www-authenticate': scheme } });
}
