import { direct } from './direct.js';
import type { ExchangeKind } from './exchange-kind.js';
import { fanout } from './fanout.js';
import { headers } from './headers.js';
import { topic } from './topic.js';

/** The types that `exchange.declare` accepts. */
export const EXCHANGE_KINDS: ReadonlyMap<string, ExchangeKind> = new Map(
  Object.entries({ direct, fanout, topic, headers }),
);
