import { AppError, isDatabaseAway, isPoolExhausted } from '../errors/index.js';

/**
 * What a handler throws when something that it needs is away. The message is not to blame: it stays in its queue, no attempt is
 * counted, and the consumer pauses. Errors of a database that cannot be reached are recognised without it.
 */
export class OutageError extends Error {
  override readonly name = 'OutageError';
}

/** Deep enough for any wrapping, and an end to a chain that bites its tail. */
const MAX_CAUSES = 8;

/** Whether an error, or what caused it, says that something is away: the same message will be handled when it is back. */
export function isOutage(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    // It says what failed: under the failed call of a service lies a socket that is not the database's.
    if (current instanceof AppError) return false;
    if (current instanceof OutageError || isDatabaseAway(current) || isPoolExhausted(current)) return true;
    current = current.cause;
  }
  return false;
}
