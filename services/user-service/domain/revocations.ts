import type { PresentedToken } from '@quickbite/shared/identity';
import type { Logger } from '@quickbite/shared/logging';
import type { Accounts } from '../data-access/accounts.js';
import type { RevokedTokens } from '../data-access/revoked-tokens.js';
import { ACCESS_TOKEN_LIFETIME_S } from './access-tokens.js';
import type { SessionVersion } from './session.js';

/** Pause before what Redis missed is told again, ms. */
const TELL_AGAIN_MS = 1000;

/** What the gateways look at with each request: in Redis. Rejects while it is away. */
export interface SharedRevocations {
  revoke(tokens: readonly PresentedToken[]): Promise<void>;
  announce(versions: readonly SessionVersion[]): Promise<void>;
}

/** `known`: the gateways refuse from now on. `pending`: they will as soon as Redis is back. */
export type RevocationOutcome = 'known' | 'pending';

/** Makes access tokens end before they expire. */
export interface Revocations {
  revokeTokens(tokens: readonly PresentedToken[]): Promise<RevocationOutcome>;
  /** Tells a version that is stored in the account already. */
  announceVersion(version: SessionVersion): Promise<RevocationOutcome>;
  /** Tells Redis everything that it may have missed or lost, trying again until it worked. */
  tellAll(): void;
  close(): void;
}

/**
 * MongoDB remembers what is revoked, Redis tells the gateways: a Redis that was away, or that restarted empty, is told again.
 */
export function createRevocations(options: {
  readonly accounts: Accounts;
  readonly revokedTokens: RevokedTokens;
  readonly shared: SharedRevocations;
  readonly logger: Logger;
  readonly now: () => Date;
}): Revocations {
  const { accounts, revokedTokens, shared, logger, now } = options;
  let timer: NodeJS.Timeout | undefined;
  let telling = false;
  let closed = false;

  async function tryAll(): Promise<void> {
    telling = true;
    try {
      const at = now();
      const firstStillValid = new Date(at.getTime() - ACCESS_TOKEN_LIFETIME_S * 1000);
      await shared.revoke(await revokedTokens.unexpired(at));
      await shared.announce(await accounts.sessionVersionsRaisedSince(firstStillValid));
    } catch (error) {
      logger.debug('the gateways could not be told what is revoked; trying again', { error });
      tellLater();
    } finally {
      telling = false;
    }
  }

  function tellLater(): void {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void tryAll(), TELL_AGAIN_MS).unref();
  }

  async function tell(work: () => Promise<void>): Promise<RevocationOutcome> {
    try {
      await work();
      return 'known';
    } catch (error) {
      logger.warn('redis is away: what was revoked stays valid until it is back, or expires', { error });
      tellLater();
      return 'pending';
    }
  }

  return {
    async revokeTokens(tokens) {
      const unexpired = tokens.filter(({ expiresAt }) => expiresAt * 1000 > now().getTime());
      if (unexpired.length === 0) return 'known';
      await revokedTokens.insert(unexpired);
      return tell(() => shared.revoke(unexpired));
    },
    announceVersion: (version) => tell(() => shared.announce([version])),
    tellAll() {
      if (telling) tellLater();
      else void tryAll();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
