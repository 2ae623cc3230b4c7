import type { Accounts } from '../data-access/accounts.js';
import type { Passwords } from './passwords.js';

/**
 * Creates the first admin: there is no other way to become one. An admin that exists keeps their password.
 * @throws Error when the email is somebody else's: that account is not promoted, it may be an attacker's
 */
export async function bootstrapAdmin(
  { email, password }: { readonly email: string; readonly password: string },
  { accounts, passwords }: { readonly accounts: Accounts; readonly passwords: Passwords },
): Promise<void> {
  let account = await accounts.findByEmail(email);
  if (!account) {
    const passwordHash = await passwords.hash(password);
    const inserted = await accounts.insert({ name: 'Admin', email, role: 'admin', passwordHash });
    // Another instance that starts at the same time may have been faster.
    account = inserted === 'email-taken' ? await accounts.findByEmail(email) : inserted;
  }
  if (account?.role !== 'admin')
    throw new Error(
      `ADMIN_EMAIL belongs to an account that is ${account?.role ?? 'gone'}; it was not promoted. Use another email.`,
    );
}
