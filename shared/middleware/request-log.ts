import type { RequestHandler } from 'express';
import { currentContext } from '../logging/index.js';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { createAnswerRecorder } from './record-answer.js';
import { routePattern } from './route-pattern.js';

/** Logs each request when its answer is out, and measures it. */
export function requestLog(options: { readonly logger: Logger; readonly metrics: Metrics }): RequestHandler {
  const record = createAnswerRecorder(options);
  return function requestLogMiddleware(req, res, next) {
    const started = performance.now();
    const { path } = req;
    const correlationId = currentContext()?.correlationId;
    res.once('close', () => {
      const status = res.writableFinished ? res.statusCode : 499;
      const ms = performance.now() - started;
      record({ method: req.method, path, route: routePattern(req), status, ms, correlationId });
    });
    next();
  };
}
