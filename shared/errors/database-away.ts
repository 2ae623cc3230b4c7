/** Errors of the MongoDB driver and of Mongoose, by name, that speak of the connection, not of the operation. */
const CONNECTION_ERRORS =
  /^Mongo(?:ose)?(?:ServerSelection|Network|NetworkTimeout|PoolCleared|PoolClosed|NotConnected|TopologyClosed|ClientClosed)Error$/;
/** What a socket says that ended while it was written to: the driver (7.8) passes that on as it is. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set(['EPIPE', 'ECONNRESET']);
/** A server that shuts down or is not the primary any more says so with one of these codes. */
const SHUTDOWN_CODES: ReadonlySet<unknown> = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** Whether an error says that the database is away or hangs, which is an outage and no defect; what caused it is not looked at. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  return (
    CONNECTION_ERRORS.test(error.name) ||
    SOCKET_CODES.has(code) ||
    (error.name === 'MongoServerError' && SHUTDOWN_CODES.has(code))
  );
}

/** Whether an operation waited too long for a connection to the database, which may well be idle meanwhile. */
export const isPoolExhausted = (error: unknown): boolean =>
  error instanceof Error && error.name === 'MongoWaitQueueTimeoutError';
