import type { RequestHandler } from 'express';
import { incomingContext, withRequestContext } from '../logging/index.js';

/** Gives each request its correlation id and trace, and answers with the id. */
export function correlation(): RequestHandler {
  return function correlationMiddleware(req, res, next) {
    const context = incomingContext({
      correlationId: req.headers['x-correlation-id'],
      traceparent: req.headers['traceparent'],
    });
    res.setHeader('x-correlation-id', context.correlationId);
    withRequestContext(context, next);
  };
}
