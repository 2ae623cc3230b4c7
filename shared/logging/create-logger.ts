import winston from 'winston';
import { currentContext } from './request-context.js';

/** Structured JSON logging: one line an event, with the service and the correlation id of the running request. */
export type Logger = winston.Logger;

const withContext = winston.format((info) => {
  const context = currentContext();
  if (context) info['correlationId'] = context.correlationId;
  return info;
});

/** Errors are logged whole, with their causes; JSON alone would print `{}`. */
const withErrors = winston.format((info) => {
  const { error } = info;
  if (error instanceof Error) info['error'] = describe(error);
  return info;
});

function describe(error: Error): { name: string; message: string; stack: string | undefined; cause?: unknown } {
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: error.cause instanceof Error ? describe(error.cause) : error.cause }),
  };
}

/** A logger that writes JSON lines to stdout; where they go from there is the launcher's business. */
export function createLogger(options: { readonly service: string; readonly level: string }): Logger {
  return winston.createLogger({
    level: options.level,
    defaultMeta: { service: options.service },
    format: winston.format.combine(winston.format.timestamp(), withContext(), withErrors(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream: process.stdout })],
  });
}
