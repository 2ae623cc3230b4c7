import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Accounts } from '../data-access/accounts.js';
import type { Sessions } from '../data-access/sessions.js';
import { ACCESS_TOKEN_LIFETIME_S } from './access-tokens.js';
import type { SignedOut } from './log-out.js';
import type { Revocations } from './revocations.js';

/**
 * Ends all sessions of the caller. Raising the session version does it, in one write: tokens carry the version that they were
 * issued under.
 * @throws AppError `not-found` when the account is gone
 */
export async function logOutEverywhere(
  { userId }: Identity,
  tools: {
    readonly accounts: Accounts;
    readonly sessions: Sessions;
    readonly revocations: Revocations;
    readonly now: () => Date;
  },
): Promise<SignedOut> {
  const at = tools.now();
  const version = await tools.accounts.raiseSessionVersion(userId, at);
  if (version === undefined)
    throw new AppError('not-found', 'This account does not exist any more. Its tokens end with it.');
  const outcome = await tools.revocations.announceVersion({ userId, version });
  await tools.sessions.endAll(userId);
  return {
    acceptedUntil: outcome === 'known' ? undefined : new Date(at.getTime() + ACCESS_TOKEN_LIFETIME_S * 1000),
  };
}
