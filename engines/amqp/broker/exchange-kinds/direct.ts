import type { ExchangeKind } from './exchange-kind.js';

/** The routing key equals the binding key. */
export const direct: ExchangeKind = {
  usesHeaders: false,
  matcher: (binding) => (routingKey) => routingKey === binding.routingKey,
};
