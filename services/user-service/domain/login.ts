import { AppError } from '@quickbite/shared/errors';
import { issueAccessToken } from './access-tokens.js';
import { toPublicAccount } from './account.js';
import type { AccountTools, SignedIn } from './register.js';

/**
 * Signs an account in.
 * @throws AppError `not-authenticated`, the same for an unknown email and a wrong password, and after the same work
 */
export async function login(
  credentials: { readonly email: string; readonly password: string },
  { accounts, passwords, jwtSecret }: AccountTools,
): Promise<SignedIn> {
  const account = await accounts.findByEmail(credentials.email);
  const matches = await passwords.matches(credentials.password, account?.passwordHash);
  if (!account || !matches)
    throw new AppError('not-authenticated', 'The email or the password is wrong. Check both and try again.');
  return { user: toPublicAccount(account), ...issueAccessToken(account, jwtSecret) };
}
