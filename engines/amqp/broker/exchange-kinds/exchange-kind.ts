import type { Table } from '../../codec/methods.js';

/** How one type of exchange decides whether a binding takes a message. */
export interface ExchangeKind {
  /** Whether the headers matter; when not, the result is remembered per routing key. */
  readonly usesHeaders: boolean;
  matcher(binding: { readonly routingKey: string; readonly arguments: Table }): Matcher;
}

export type Matcher = (routingKey: string, headers: Table) => boolean;
