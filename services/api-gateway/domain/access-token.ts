import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '@quickbite/shared/errors';
import { roles, secretKey } from '@quickbite/shared/identity';
import type { Identity } from '@quickbite/shared/identity';

const claims = z.object({ sub: z.string().min(1), role: z.enum(roles), exp: z.number() });
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/**
 * Reads the `Authorization` header. Algorithm, issuer and audience are pinned: a token that is signed with anything else,
 * or made for somebody else, is not one.
 * @throws AppError `not-authenticated`, with the challenge of RFC 6750
 */
export function verifyAccessToken(authorization: string | undefined, secret: string): Identity {
  if (authorization === undefined)
    throw challenge('This route needs an account. Sign in and send "Authorization: Bearer <access token>".', 'Bearer');
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined)
    throw challenge('The Authorization header was expected to be "Bearer <access token>".', INVALID_TOKEN);
  try {
    const { sub, role } = claims.parse(
      jwt.verify(token, secretKey(secret), { algorithms: ['HS256'], issuer: 'quickbite', audience: 'quickbite-api' }),
    );
    return { userId: sub, role };
  } catch (cause) {
    const detail =
      cause instanceof jwt.TokenExpiredError
        ? 'The access token has expired. Sign in again.'
        : 'The access token is not valid. Sign in again.';
    throw challenge(detail, INVALID_TOKEN, cause);
  }
}

const INVALID_TOKEN = 'Bearer error="invalid_token"';

function challenge(detail: string, scheme: string, cause?: unknown): AppError {
  return new AppError('not-authenticated', detail, { cause, headers: { 'www-authenticate': scheme } });
}
