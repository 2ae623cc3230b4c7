import type { Sessions } from '../data-access/sessions.js';
import { ACCESS_TOKEN_LIFETIME_S, issueAccessToken } from './access-tokens.js';
import type { Account, PublicAccount } from './account.js';
import { toPublicAccount } from './account.js';
import { REFRESH_TOKEN_LIFETIME_S, startFamily } from './refresh-tokens.js';
import type { RefreshToken } from './refresh-tokens.js';

/** What a client gets to act with. */
export interface Tokens {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Seconds. */
  readonly refreshExpiresIn: number;
}

/** An account that is signed in. */
export interface SignedIn extends Tokens {
  readonly user: PublicAccount;
}

/** What opening and continuing sessions work with. */
export interface SessionTools {
  readonly sessions: Sessions;
  readonly jwtSecret: string;
  readonly now: () => Date;
}

/** Signs an account in: a family of refresh tokens begins. */
export async function openSession(account: Account, tools: SessionTools): Promise<SignedIn> {
  const refresh = startFamily();
  const now = tools.now();
  const access = issueAccessToken(account, { secret: tools.jwtSecret, now });
  await tools.sessions.insert({
    familyHash: refresh.familyHash,
    userId: account.id,
    sessionVersion: account.sessionVersion,
    tokenHash: refresh.tokenHash,
    accessTokens: [access.presented],
    expiresAt: refreshExpiry(now),
  });
  return { user: toPublicAccount(account), ...tokensOf(access.accessToken, refresh) };
}

/** When a refresh token that is issued now expires. */
export const refreshExpiry = (now: Date): Date => new Date(now.getTime() + REFRESH_TOKEN_LIFETIME_S * 1000);

/** Both tokens as a client gets them. */
export function tokensOf(accessToken: string, { token }: RefreshToken): Tokens {
  return {
    accessToken,
    expiresIn: ACCESS_TOKEN_LIFETIME_S,
    refreshToken: token,
    refreshExpiresIn: REFRESH_TOKEN_LIFETIME_S,
  };
}
