import { AppError } from '@quickbite/shared/errors';
import type { Identity } from '@quickbite/shared/identity';
import type { Sessions } from '../data-access/sessions.js';
import { readRefreshToken } from './refresh-tokens.js';
import type { Revocations } from './revocations.js';

/** What signing out brought about. */
export interface SignedOut {
  /**
   * Until when the gateway may still accept the access token, because Redis is away; undefined when it refuses it already.
   */
  readonly acceptedUntil: Date | undefined;
}

/**
 * Ends the session that an access token belongs to, and the one of a refresh token if it is the caller's. What can renew goes
 * first, and for good; the access token follows as soon as the gateway can know.
 * @throws AppError `invalid-request` when the identity does not name an access token: it did not come from the gateway
 */
export async function logOut(
  { userId, token }: Identity,
  refreshToken: string | undefined,
  { sessions, revocations }: { readonly sessions: Sessions; readonly revocations: Revocations },
): Promise<SignedOut> {
  if (!token)
    throw new AppError(
      'invalid-request',
      'The identity names no access token to revoke. Sign out through the gateway.',
    );
  const family = refreshToken === undefined ? undefined : readRefreshToken(refreshToken)?.familyHash;
  const ended = await Promise.all([
    sessions.endByAccessToken(userId, token.id),
    family === undefined ? undefined : sessions.endOwn(userId, family),
  ]);
  const issued = ended.flatMap((session) => session?.accessTokens ?? []);
  const outcome = await revocations.revokeTokens([token, ...issued.filter(({ id }) => id !== token.id)]);
  return { acceptedUntil: outcome === 'known' ? undefined : new Date(token.expiresAt * 1000) };
}
