import type { PresentedToken } from '@quickbite/shared/identity';

/** One login on one device: a family of refresh tokens, of which one is good at a time. */
export interface Session {
  /** Names the family. */
  readonly familyHash: string;
  readonly userId: string;
  /** The account's when the login happened: an older one than the account's means that all sessions were ended since. */
  readonly sessionVersion: number;
  /** The one refresh token that is good. */
  readonly tokenHash: string;
  /** The latest access tokens that it issued, to be revoked with it. Some may have expired. */
  readonly accessTokens: readonly PresentedToken[];
  /** When the login happened: however often it is refreshed, a session has a longest life from here. */
  readonly startedAt: Date;
  /** When its refresh token expires. */
  readonly expiresAt: Date;
}

/** The session version of an account. */
export interface SessionVersion {
  readonly userId: string;
  readonly version: number;
}
