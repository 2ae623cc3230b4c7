import { getHeapSnapshot } from 'node:v8';
import type { RequestHandler } from 'express';

/**
 * Answers with everything that is on the heap after a garbage collection, in the format that DevTools reads (`.heapsnapshot`). The
 * process stands still for as long as V8 walks the heap, and needs about as much memory again: for the lab only.
 */
export const sendHeapSnapshot: RequestHandler = (_req, res, next) => {
  const snapshot = getHeapSnapshot();
  res.type('json');
  snapshot.on('error', next);
  // V8 keeps its copy of the heap until the stream has ended or is destroyed.
  res.on('close', () => snapshot.destroy());
  snapshot.pipe(res);
};
