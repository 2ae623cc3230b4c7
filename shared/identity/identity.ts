import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { AppError } from '../errors/index.js';

/** Who a request acts for, as the gateway established it. */
export interface Identity {
  readonly userId: string;
  readonly role: Role;
}

/** What an account may be. */
export const roles = ['customer', 'restaurant_owner', 'driver', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Carries the signed identity from the gateway to services, and between services. */
export const IDENTITY_HEADER = 'x-quickbite-identity';

const ISSUER = 'quickbite-gateway';
const AUDIENCE = 'quickbite-services';
/** Seconds. Long enough for a slow call with retries, too short to be worth stealing. */
const LIFETIME_S = 60;
const payload = z.object({ sub: z.string().min(1), role: z.enum(roles) });

/** Signs an identity for the services behind the gateway. */
export function signIdentity(identity: Identity, secret: string): string {
  return jwt.sign({ role: identity.role }, secret, {
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
      jwt.verify(token, secret, { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE }),
    );
    return { userId: claims.sub, role: claims.role };
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
