import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../codec/methods.js';
import type { ExchangeKind, Matcher } from './exchange-kinds/exchange-kind.js';
import type { Queue } from './queue.js';

export interface ExchangeOptions {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
}

export type Destination =
  { readonly kind: 'queue'; readonly queue: Queue } | { readonly kind: 'exchange'; readonly exchange: Exchange };

export interface Binding {
  readonly destination: Destination;
  readonly routingKey: string;
  readonly arguments: Table;
}

/** Routes are remembered for this many routing keys; an exchange with more different keys starts over. */
const REMEMBERED_ROUTES = 1024;

/** Knows its bindings and which of them take a message. */
export class Exchange {
  readonly options: ExchangeOptions;
  readonly #kind: ExchangeKind;
  readonly #bindings: { readonly binding: Binding; readonly matches: Matcher }[] = [];
  readonly #remembered = new Map<string, readonly Destination[]>();

  constructor(options: ExchangeOptions, kind: ExchangeKind) {
    this.options = options;
    this.#kind = kind;
  }

  get name(): string {
    return this.options.name;
  }

  get bindings(): readonly Binding[] {
    return this.#bindings.map(({ binding }) => binding);
  }

  /** Returns false when the same binding is there already. */
  bind(binding: Binding): boolean {
    if (this.#indexOf(binding) >= 0) return false;
    this.#bindings.push({ binding, matches: this.#kind.matcher(binding) });
    this.#remembered.clear();
    return true;
  }

  /** Returns false when there is no such binding. */
  unbind(binding: Binding): boolean {
    const index = this.#indexOf(binding);
    if (index < 0) return false;
    this.#bindings.splice(index, 1);
    this.#remembered.clear();
    return true;
  }

  destinations(routingKey: string, headers: () => Table): readonly Destination[] {
    if (this.#kind.usesHeaders) return this.#match(routingKey, headers());
    const remembered = this.#remembered.get(routingKey);
    if (remembered) return remembered;
    const found = this.#match(routingKey, {});
    if (this.#remembered.size >= REMEMBERED_ROUTES) this.#remembered.clear();
    this.#remembered.set(routingKey, found);
    return found;
  }

  #match(routingKey: string, headers: Table): readonly Destination[] {
    return this.#bindings
      .filter(({ matches }) => matches(routingKey, headers))
      .map(({ binding }) => binding.destination);
  }

  #indexOf(wanted: Binding): number {
    return this.#bindings.findIndex(
      ({ binding }) =>
        sameDestination(binding.destination, wanted.destination) &&
        binding.routingKey === wanted.routingKey &&
        isDeepStrictEqual(binding.arguments, wanted.arguments),
    );
  }
}

export function sameDestination(a: Destination, b: Destination): boolean {
  return a.kind === 'queue'
    ? b.kind === 'queue' && a.queue === b.queue
    : b.kind === 'exchange' && a.exchange === b.exchange;
}
