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
  /** ms that a session may go on in all, however often it is refreshed. */
  readonly sessionMaxAgeMs: number;
}

/** Signs an account in: a family of refresh tokens begins. */
export async function openSession(account: Account, tools: SessionTools): Promise<SignedIn> {
  const refresh = startFamily();
  const now = tools.now();
  const access = issueAccessToken(account, { secret: tools.jwtSecret, now });
  const expiresAt = refreshExpiry({ now, startedAt: now, sessionMaxAgeMs: tools.sessionMaxAgeMs });
  await tools.sessions.insert({
    familyHash: refresh.familyHash,
    userId: account.id,
    sessionVersion: account.sessionVersion,
    tokenHash: refresh.tokenHash,
    accessTokens: [access.presented],
    startedAt: now,
    expiresAt,
  });
  return { user: toPublicAccount(account), ...tokensOf(access.accessToken, refresh, { now, expiresAt }) };
}

/** When a refresh token that is issued now expires: it does not outlive its session. */
export function refreshExpiry(session: {
  readonly now: Date;
  readonly startedAt: Date;
  readonly sessionMaxAgeMs: number;
}): Date {
  const { now, startedAt, sessionMaxAgeMs } = session;
  return new Date(Math.min(now.getTime() + REFRESH_TOKEN_LIFETIME_S * 1000, startedAt.getTime() + sessionMaxAgeMs));
}

/** Sessions from before this have had their longest life, also when that was shortened since they began. */
export const oldestStart = (now: Date, { sessionMaxAgeMs }: Pick<SessionTools, 'sessionMaxAgeMs'>): Date =>
  new Date(now.getTime() - sessionMaxAgeMs);

/** Both tokens as a client gets them. */
export function tokensOf(
  accessToken: string,
  { token }: RefreshToken,
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
): Tokens {
  return {
    accessToken,
    expiresIn: ACCESS_TOKEN_LIFETIME_S,
    refreshToken: token,
    refreshExpiresIn: Math.floor((expiresAt.getTime() - now.getTime()) / 1000),
  };
}
