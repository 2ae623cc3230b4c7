import type { RequestHandler } from 'express';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { routePattern } from './route-pattern.js';

const QUIET = /^\/(health|metrics|internal)\b/;

/** Logs each request when its answer is out, and measures it. Neither bodies nor queries are logged: they hold personal data. */
export function requestLog(options: { readonly logger: Logger; readonly metrics: Metrics }): RequestHandler {
  const { logger, metrics } = options;
  return function requestLogMiddleware(req, res, next) {
    const started = performance.now();
    const path = req.path;
    res.once('close', () => {
      const ms = performance.now() - started;
      const status = res.writableFinished ? res.statusCode : 499;
      const route = routePattern(req) ?? 'unmatched';
      metrics.httpDuration.observe({ method: req.method, route, status: String(status) }, ms / 1000);
      if (QUIET.test(path)) return;
      logger.log(status >= 500 ? 'warn' : 'info', 'request', {
        method: req.method,
        path,
        status,
        ms: Math.round(ms * 10) / 10,
      });
    });
    next();
  };
}
