import { isDeepStrictEqual } from 'node:util';
import { AmqpError } from '../../codec/amqp-error.js';
import { wireType } from '../wire-type.js';
import type { ExchangeKind } from './exchange-kind.js';

const MODES: ReadonlySet<string> = new Set(['all', 'any', 'all-with-x', 'any-with-x']);

/**
 * Compares the binding's arguments with the message's headers: `x-match` is `all` (the default) or `any`, with `-with-x` to
 * look at headers that start with `x-` too. A null argument asks only for the presence of the header.
 * Throws PRECONDITION_FAILED for another `x-match`.
 */
export const headers: ExchangeKind = {
  usesHeaders: true,
  matcher: (binding) => {
    const mode = matchMode(binding.arguments['x-match']);
    const withX = mode === 'all-with-x' || mode === 'any-with-x';
    const wanted = Object.entries(binding.arguments).filter(([name]) =>
      withX ? name !== 'x-match' : !name.startsWith('x-'),
    );
    const any = mode === 'any' || mode === 'any-with-x';
    return (_routingKey, given) => {
      const agrees = ([name, value]: [string, unknown]) =>
        Object.hasOwn(given, name) && (value === null || isDeepStrictEqual(given[name], value));
      return any ? wanted.some(agrees) : wanted.every(agrees);
    };
  },
};

/** Throws PRECONDITION_FAILED in RabbitMQ's words. */
function matchMode(value: unknown): string {
  if (value === undefined) return 'all';
  if (typeof value !== 'string') {
    throw new AmqpError('PRECONDITION_FAILED', `Invalid x-match field type ${wireType(value)}; expected longstr`);
  }
  if (MODES.has(value)) return value;
  throw new AmqpError(
    'PRECONDITION_FAILED',
    `Invalid x-match field value <<"${value}">>; expected all, any, all-with-x, or any-with-x`,
  );
}
