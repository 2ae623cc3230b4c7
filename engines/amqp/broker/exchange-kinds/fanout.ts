import type { ExchangeKind } from './exchange-kind.js';

/** Every binding takes every message. */
export const fanout: ExchangeKind = { usesHeaders: false, matcher: () => () => true };
