import type { ServerResponse } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, isDatabaseAway, isPoolExhausted, toProblem } from '../errors/index.js';
import type { Logger } from '../logging/index.js';
import { currentContext } from '../logging/index.js';

/** Answers what no route took. */
export function unknownRoute(): RequestHandler {
  return function unknownRouteMiddleware(req) {
    throw new AppError('not-found', `There is no route ${req.method} ${req.path}.`);
  };
}

/** The one place where an error becomes an answer. */
export function errorHandler(options: { readonly logger: Logger }): ErrorRequestHandler {
  return function errorMiddleware(error: unknown, _req, res, next) {
    if (res.headersSent) {
      logFailure(options.logger, asAppError(error));
      next(error);
      return;
    }
    answerFailure(error, res, options.logger);
  };
}

/** Logs what a request failed with, and answers it as problem details. */
export function answerFailure(error: unknown, res: ServerResponse, logger: Logger): void {
  const known = asAppError(error);
  logFailure(logger, known);
  const correlationId = currentContext()?.correlationId ?? String(res.getHeader('x-correlation-id'));
  const body = Buffer.from(JSON.stringify(toProblem(known, correlationId)));
  for (const [name, value] of Object.entries(known.headers)) res.setHeader(name, value);
  res.writeHead(known.status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': body.length,
  });
  res.end(body);
}

/** A defect is logged whole. That something behind us fails is no defect, and comes by the hundred: a line is enough. */
function logFailure(logger: Logger, error: AppError): void {
  if (error.slug === 'internal-error') logger.error(error.message, { error: error.cause ?? error });
  else if (error.status >= 500)
    logger.warn(error.message, { reason: error.cause instanceof Error ? error.cause.message : undefined });
}

/** body-parser's errors carry a `type`; anything else that is not ours is a defect and stays private. */
function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return new AppError('body-too-large', 'The body is larger than this route takes. Send less.', { cause: error });
  if (typeof type === 'string' && /^(entity|encoding|charset|request|parameters)\./.test(type))
    return new AppError('invalid-request', 'The body could not be read: expected valid JSON in UTF-8.', {
      cause: error,
    });
  if (error instanceof URIError)
    return new AppError('invalid-request', 'The path is not valid percent-encoding.', { cause: error });
  if (isDatabaseAway(error))
    return new AppError('not-ready', 'The database of this service does not answer. Try again in a moment.', {
      cause: error,
      headers: { 'retry-after': '1' },
    });
  if (isPoolExhausted(error))
    return new AppError(
      'not-ready',
      'All connections of this service to its database are in use. Try again in a moment.',
      {
        cause: error,
        headers: { 'retry-after': '1' },
      },
    );
  return new AppError('internal-error', 'Something broke here. Quote the correlation id when you report it.', {
    cause: error,
  });
}
