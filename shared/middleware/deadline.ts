import type { RequestHandler } from 'express';
import { AppError } from '../errors/index.js';
import { currentContext } from '../logging/index.js';

/**
 * Refuses a request whose deadline has passed: nobody waits for the answer, and a service that catches up after a pause has
 * better to do than to work for those who left.
 */
export function deadline(): RequestHandler {
  return function deadlineMiddleware(_req, _res, next) {
    const until = currentContext()?.deadline;
    const lateMs = until === undefined ? 0 : Date.now() - until;
    if (lateMs > 0)
      throw new AppError(
        'deadline-exceeded',
        `The request was to be answered ${lateMs} ms before it was looked at (x-request-deadline). Nothing was done; send it again if it still matters.`,
      );
    next();
  };
}
