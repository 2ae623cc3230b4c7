import { AppError } from '@quickbite/shared/errors';
import type { UserKnobs } from '../knobs.js';
import { guardLogin } from './guard-login.js';
import type { LoginThrottle } from './login-throttle.js';
import type { AccountTools } from './register.js';
import { openSession } from './open-session.js';
import type { SignedIn } from './open-session.js';
import type { UserMetrics } from './user-metrics.js';

/** What signing in works with. */
export interface LoginTools extends AccountTools {
  readonly throttle: LoginThrottle;
  readonly knobs: UserKnobs;
  readonly metrics: UserMetrics;
}

/**
 * Signs an account in.
 * @throws AppError `not-authenticated`, the same for an unknown email and a wrong password, and after the same work;
 * `too-many-requests` when there were too many wrong passwords for this email
 */
export async function login(
  credentials: { readonly email: string; readonly password: string },
  tools: LoginTools,
): Promise<SignedIn> {
  const { accounts, passwords, metrics } = tools;
  const account = await accounts.findByEmail(credentials.email);
  const check = (): Promise<boolean> => passwords.matches(credentials.password, account?.passwordHash);
  const matches = await guardLogin(credentials.email, tools, check).catch((error: unknown) => {
    if (error instanceof AppError && error.slug === 'too-many-requests') metrics.logins.inc({ outcome: 'throttled' });
    throw error;
  });
  metrics.logins.inc({ outcome: matches ? 'succeeded' : 'failed' });
  if (!account || !matches)
    throw new AppError('not-authenticated', 'The email or the password is wrong. Check both and try again.');
  return openSession(account, tools);
}
