import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Account } from './account.js';

/** Seconds that an access token is good for. */
const LIFETIME_S = 15 * 60;

/** What a client gets when it signs in. */
export interface AccessToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Issues the token that the gateway accepts; `jti` names it, so that one token could be revoked without storing it. */
export function issueAccessToken(account: Pick<Account, 'id' | 'role'>, secret: string): AccessToken {
  const accessToken = jwt.sign({ role: account.role }, secret, {
    algorithm: 'HS256',
    subject: account.id,
    issuer: 'quickbite',
    audience: 'quickbite-api',
    jwtid: randomUUID(),
    expiresIn: LIFETIME_S,
  });
  return { accessToken, expiresIn: LIFETIME_S };
}
