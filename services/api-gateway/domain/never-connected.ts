/**
 * Whether no connection was made, so that nothing can have been done: it was refused, reset while it waited to be accepted, or not made in
 * time, or nobody has that name, which is how a container that has ended looks to others.
 */
export function neverConnected(error: unknown): boolean {
  // A name with several addresses fails with an error for each.
  if (error instanceof AggregateError) return error.errors.every(neverConnected);
  if (!(error instanceof Error)) return false;
  const { syscall, code } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}
