import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { secretKey } from '@quickbite/shared/identity';
import type { PresentedToken } from '@quickbite/shared/identity';
import type { Account } from './account.js';

/** Seconds that an access token is good for. */
export const ACCESS_TOKEN_LIFETIME_S = 15 * 60;

/** An access token, and what it takes to revoke it. */
export interface AccessToken {
  readonly accessToken: string;
  readonly presented: PresentedToken;
}

/**
 * Issues the token that the gateway accepts. `jti` names it, so that this one can be revoked without storing it; `sv` is the
 * session version of its account, so that all can be revoked without knowing them.
 */
export function issueAccessToken(
  account: Pick<Account, 'id' | 'role' | 'sessionVersion'>,
  { secret, now }: { readonly secret: string; readonly now: Date },
): AccessToken {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const presented = { id: randomUUID(), expiresAt: issuedAt + ACCESS_TOKEN_LIFETIME_S };
  const claims = { role: account.role, sv: account.sessionVersion, iat: issuedAt, exp: presented.expiresAt };
  const accessToken = jwt.sign(claims, secretKey(secret), {
    algorithm: 'HS256',
    subject: account.id,
    issuer: 'quickbite',
    audience: 'quickbite-api',
    jwtid: presented.id,
  });
  return { accessToken, presented };
}
