import { AppError } from '@quickbite/shared/errors';
import type { Logger } from '@quickbite/shared/logging';
import type { Accounts } from '../data-access/accounts.js';
import type { UserKnobs } from '../knobs.js';
import { issueAccessToken } from './access-tokens.js';
import type { Account } from './account.js';
import { oldestStart, refreshExpiry, tokensOf } from './open-session.js';
import type { SessionTools, Tokens } from './open-session.js';
import { continueFamily, readRefreshToken } from './refresh-tokens.js';
import type { RefreshToken } from './refresh-tokens.js';
import type { Revocations } from './revocations.js';
import type { Session } from './session.js';
import type { UserMetrics } from './user-metrics.js';

/** What refreshing works with. */
export interface RefreshTools extends SessionTools {
  readonly accounts: Accounts;
  readonly revocations: Revocations;
  readonly knobs: UserKnobs;
  readonly metrics: UserMetrics;
  readonly logger: Logger;
}

/**
 * Exchanges a refresh token for new tokens, once.
 * @throws AppError `not-authenticated` when it is no good; when it was used already, its session ends for whoever has it
 */
export async function refreshSession(presented: string, tools: RefreshTools): Promise<Tokens> {
  const spent = readRefreshToken(presented);
  const now = tools.now();
  const session = spent && (await tools.sessions.find(spent.familyHash, { now, since: oldestStart(now, tools) }));
  if (!session) throw refusal('The refresh token is not valid: it expired, or its session was ended.');
  if (session.tokenHash !== spent.tokenHash) throw await noticeReuse(session, tools);
  const account = await requireOpen(session, tools);
  const tokens = await rotate({ spent, session, account }, tools);
  if (!tokens) throw await noticeReuse(session, tools);
  return tokens;
}

/** A session from before all sessions of its account were ended is over, and so is one whose account is gone. */
async function requireOpen(session: Session, { accounts, sessions }: RefreshTools): Promise<Account> {
  const account = await accounts.findById(session.userId);
  if (account?.sessionVersion === session.sessionVersion) return account;
  await sessions.end(session.familyHash);
  throw refusal('All sessions of this account were ended.');
}

/** @returns undefined when somebody else used the token in the meantime */
async function rotate(
  { spent, session, account }: { spent: RefreshToken; session: Session; account: Account },
  { sessions, jwtSecret, now, sessionMaxAgeMs }: RefreshTools,
): Promise<Tokens | undefined> {
  const next = continueFamily(spent);
  const at = now();
  const access = issueAccessToken(account, { secret: jwtSecret, now: at });
  const expiresAt = refreshExpiry({ now: at, startedAt: session.startedAt, sessionMaxAgeMs });
  const rotated = await sessions.rotate(spent, {
    tokenHash: next.tokenHash,
    accessToken: access.presented,
    expiresAt,
  });
  return rotated ? tokensOf(access.accessToken, next, { now: at, expiresAt }) : undefined;
}

/**
 * A token came twice, so two have it: its owner and a thief, and nobody can tell which is which. Nobody keeps the session.
 * @returns what to answer
 */
async function noticeReuse(session: Session, tools: RefreshTools): Promise<AppError> {
  const { sessions, revocations, knobs, metrics, logger } = tools;
  metrics.refreshReuse.inc();
  logger.warn('a spent refresh token was presented', { userId: session.userId });
  if (!knobs.get('refresh.reuseDetection')) return refusal('This refresh token was used already.');
  const ended = await sessions.end(session.familyHash);
  await revocations.revokeTokens(ended?.accessTokens ?? []);
  return refusal('This refresh token was used already, perhaps by a thief, so its session was ended.');
}

function refusal(what: string): AppError {
  return new AppError('not-authenticated', `${what} Sign in again.`);
}
