import type { Counter } from 'prom-client';
import { AppError } from '@quickbite/shared/errors';
import type { Identity, PresentedToken } from '@quickbite/shared/identity';
import type { Logger } from '@quickbite/shared/logging';
import type { GatewayKnobs } from '../knobs.js';
import { invalidToken, verifyAccessToken } from './access-token.js';
import type { VerifiedToken } from './access-token.js';

/** How long a Redis that failed is left alone, ms: else each request would wait for its timeout. */
const LEFT_ALONE_MS = 1000;

/** What user-service has said about a token. */
export interface TokenStatus {
  readonly revoked: boolean;
  /** The account's present session version; older tokens were signed out with everything else. */
  readonly sessionVersion: number;
}

/** Where user-service notes what is revoked. Rejects when it is away or slow. */
export interface Revocations {
  find(tokenId: string, userId: string): Promise<TokenStatus>;
}

/** Who a caller is, with the token that says so. */
export type Caller = Identity & { readonly token: PresentedToken };

/**
 * Reads the `Authorization` header of a request.
 * @throws AppError `not-authenticated` without a token that is good now, `not-ready` when that cannot be found out and
 * `auth.withoutRedis` is `refuse`
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** What authentication works with. */
export interface AuthenticationTools {
  readonly secret: string;
  readonly knobs: GatewayKnobs;
  readonly revocations: Revocations;
  readonly logger: Logger;
  readonly checks: Counter<'outcome'>;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

/**
 * Checks signature and claims here, and asks Redis with one command whether the token was revoked since. Nothing of the answer
 * is remembered: a revoked token is refused from the next request on.
 */
export function createAuthenticate(tools: AuthenticationTools): Authenticate {
  const { secret, knobs } = tools;
  const findStatus = tolerant(tools);

  return async function authenticate(authorization) {
    const verified = verifyAccessToken(authorization, secret, {
      pinAlgorithm: knobs.get('auth.pinAlgorithm'),
      verifyClaims: knobs.get('auth.verifyClaims'),
    });
    if (knobs.get('auth.revocation')) judge(verified, await findStatus(verified.identity), tools);
    return verified.identity;
  };
}

function judge({ sessionVersion }: VerifiedToken, status: TokenStatus | undefined, tools: AuthenticationTools): void {
  const { checks, knobs } = tools;
  if (!status) {
    checks.inc({ outcome: 'unknown' });
    if (knobs.get('auth.withoutRedis') === 'accept') return;
    throw new AppError('not-ready', 'Whether the access token is still good cannot be checked now. Try again soon.', {
      headers: { 'retry-after': '1' },
    });
  }
  const isRevoked = status.revoked || sessionVersion < status.sessionVersion;
  checks.inc({ outcome: isRevoked ? 'revoked' : 'good' });
  if (isRevoked) throw invalidToken('The access token was revoked. Sign in again.');
}

/** Undefined when Redis does not say; its going and coming is logged once each. */
function tolerant(options: AuthenticationTools): (identity: Caller) => Promise<TokenStatus | undefined> {
  const { revocations, logger, now = () => performance.now() } = options;
  let leftAloneUntil = -Infinity;
  let failing = false;
  return async ({ token, userId }) => {
    if (now() < leftAloneUntil) return undefined;
    try {
      const status = await revocations.find(token.id, userId);
      if (failing) logger.info('revocation of tokens is checked again');
      failing = false;
      return status;
    } catch (error) {
      leftAloneUntil = now() + LEFT_ALONE_MS;
      if (!failing) logger.warn('revocation of tokens cannot be checked: Redis does not answer', { error });
      failing = true;
      return undefined;
    }
  };
}
