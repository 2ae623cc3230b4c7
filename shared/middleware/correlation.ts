import type { Request, RequestHandler, Response } from 'express';
import { incomingContext, withRequestContext } from '../logging/index.js';
import { endServerSpan, startServerSpan } from '../tracing/index.js';
import type { Span } from '../tracing/index.js';
import { routePattern } from './route-pattern.js';

/** Gives each request its correlation id and trace, and answers with the id. */
export function correlation(): RequestHandler {
  return function correlationMiddleware(req, res, next) {
    const { traceparent } = req.headers;
    const context = incomingContext({
      correlationId: req.headers['x-correlation-id'],
      traceparent,
      deadline: req.headers['x-request-deadline'],
    });
    const { correlationId } = context;
    res.setHeader('x-correlation-id', correlationId);
    const span = startServerSpan({ method: req.method, path: req.path, traceparent, correlationId });
    if (span) endWithAnswer(span, req, res);
    withRequestContext(span ? { ...context, traceparent: span.traceparent } : context, next);
  };
}

function endWithAnswer(span: Span, req: Request, res: Response): void {
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : 499;
    endServerSpan(span, { method: req.method, route: routePattern(req), status });
  });
}
