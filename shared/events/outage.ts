/**
 * What a handler throws when something that it needs is away. The message is not to blame: it stays in its queue, no attempt is
 * counted, and the consumer pauses. Errors of a database that cannot be reached are recognised without it.
 */
export class OutageError extends Error {
  override readonly name = 'OutageError';
}

/** Errors of the MongoDB driver and of Mongoose that speak of the connection, not of the operation. */
const CONNECTION_ERRORS =
  /^Mongo(?:ose)?(?:Network|NetworkTimeout|ServerSelection|PoolCleared|PoolClosed|NotConnected|TopologyClosed|WaitQueueTimeout)Error$/;
/** What a socket says that ended while it was written to: the driver (7.8) passes that on as it is. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);
/** A server that shuts down or is not the primary any more says so with one of these codes. */
const SHUTDOWN_CODES: ReadonlySet<unknown> = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);
/** Deep enough for any wrapping, and an end to a chain that bites its tail. */
const MAX_CAUSES = 8;

/** Whether an error, or what caused it, says that something is away: the same message will be handled when it is back. */
export function isOutage(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if (current instanceof OutageError || CONNECTION_ERRORS.test(current.name)) return true;
    if ('code' in current) {
      if (SOCKET_CODES.has(current.code)) return true;
      if (current.name === 'MongoServerError' && SHUTDOWN_CODES.has(current.code)) return true;
    }
    current = current.cause;
  }
  return false;
}
