import { isDeepStrictEqual } from 'node:util';
import type { ExchangeKind } from './exchange-kind.js';

/**
 * Compares the binding's arguments with the message's headers: `x-match` is `all` (the default) or `any`, with `-with-x` to
 * look at headers that start with `x-` too. A null argument asks only for the presence of the header.
 */
export const headers: ExchangeKind = {
  usesHeaders: true,
  matcher: (binding) => {
    const mode = binding.arguments['x-match'] ?? 'all';
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
