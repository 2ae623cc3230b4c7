import { AppError } from '@quickbite/shared/errors';

/** The answer when an account is gone although its token is still good. */
export function accountGone(): AppError {
  return new AppError('not-found', 'This account does not exist any more. Register a new one.');
}
