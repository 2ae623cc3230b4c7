import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '../errors/index.js';
import { secretKey } from './secret-key.js';

/** What an account may be. */
export const roles = ['customer', 'restaurant_owner', 'driver', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * What a service is when it calls another for itself and not for somebody who is signed in. It is not one of `roles`: no
 * account can be stored with it, and the gateway takes no access token with it.
 */
export const SERVICE_ROLE = 'service';
export type CallerRole = Role | typeof SERVICE_ROLE;

/** Who a request acts for: somebody that the gateway established, or a service that speaks for itself. */
export interface Identity {
  /** The account, or the name of the service. */
  readonly userId: string;
  readonly role: CallerRole;
  /** The access token that the caller came with, so that it can be revoked. Absent between services. */
  readonly token?: PresentedToken;
}

/** Names an access token without being one. */
export interface PresentedToken {
  /** Its `jti`. */
  readonly id: string;
  /** Its `exp`: seconds since 1970. */
  readonly expiresAt: number;
}

/** Carries the signed identity from the gateway to services, and between services. */
export const IDENTITY_HEADER = 'x-quickbite-identity';

const ISSUER = 'quickbite-gateway';
const AUDIENCE = 'quickbite-services';
/** Seconds. Long enough for a slow call with retries, too short to be worth stealing. */
const LIFETIME_S = 60;
const payload = z.object({
  sub: z.string().min(1),
  role: z.enum([...roles, SERVICE_ROLE]),
  token: z.object({ id: z.string().min(1), expiresAt: z.int() }).optional(),
});

/**
 * Signs an identity for the services behind the gateway. A service that calls for itself signs its name:
 * `{ userId: 'notification-service', role: 'service' }`.
 */
export function signIdentity(identity: Identity, secret: string): string {
  const { role, token } = identity;
  return jwt.sign({ role, ...(token && { token }) }, secretKey(secret), {
    algorithm: 'HS256',
    subject: identity.userId,
    issuer: ISSUER,
    audience: AUDIENCE,
    expiresIn: LIFETIME_S,
  });
}

/**
 * Reads a signed identity.
 * @throws AppError `not-authenticated` when it is forged, expired or meant for somebody else
 */
export function verifyIdentity(token: string, secret: string): Identity {
  try {
    const claims = payload.parse(
      jwt.verify(token, secretKey(secret), { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE }),
    );
    return { userId: claims.sub, role: claims.role, ...(claims.token && { token: claims.token }) };
  } catch (cause) {
    throw new AppError(
      'not-authenticated',
      'The identity of the caller could not be verified. Call through the gateway.',
      {
        cause,
      },
    );
  }
}
