import type { ServerResponse } from 'node:http';
import { currentContext } from '../logging/index.js';

/** @returns a signal that aborts when nobody waits for this answer any more: its deadline has passed, or its sender hung up */
export function callerSignal(res: ServerResponse): AbortSignal {
  const hungUp = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) hungUp.abort(new Error('the caller hung up'));
  });
  const deadline = currentContext()?.deadline;
  if (deadline === undefined) return hungUp.signal;
  return AbortSignal.any([hungUp.signal, AbortSignal.timeout(Math.max(0, deadline - Date.now()))]);
}
