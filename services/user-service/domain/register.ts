import { AppError } from '@quickbite/shared/errors';
import type { Accounts } from '../data-access/accounts.js';
import type { selfServiceRoles } from './account.js';
import type { Passwords } from './passwords.js';
import { openSession } from './open-session.js';
import type { SessionTools, SignedIn } from './open-session.js';

/** What somebody must tell to get an account. */
export interface Registration {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: (typeof selfServiceRoles)[number];
}

/** What signing up and signing in work with. */
export interface AccountTools extends SessionTools {
  readonly accounts: Accounts;
  readonly passwords: Passwords;
}

/**
 * Opens an account and signs it in.
 * @throws AppError `conflict` when the email is taken: the unique index decides, so that two at once cannot both have it
 */
export async function register(registration: Registration, tools: AccountTools): Promise<SignedIn> {
  const { name, email, role, password } = registration;
  const passwordHash = await tools.passwords.hash(password);
  const account = await tools.accounts.insert({ name, email, role, passwordHash });
  if (account === 'email-taken')
    throw new AppError('conflict', 'There is an account with this email already. Sign in, or use another email.');
  return openSession(account, tools);
}
