import type { Database } from '../keyspace/database.js';
import type { Reply } from '../resp/reply.js';
import type { ServerState } from '../state/server-state.js';
import type { Session } from '../state/session.js';

/** What a handler works with. */
export interface Call {
  readonly server: ServerState;
  readonly session: Session;
  /** The session's selected database. */
  readonly db: Database;
}

/** `read` and `write` touch keys; `control` is about the server or the connection. */
export type Kind = 'read' | 'write' | 'control';

/** Where the keys are among the arguments: first, last (negative counts from the end), step; zeros for none. */
export type KeyPositions = readonly [first: number, last: number, step: number];

export const NO_KEYS: KeyPositions = [0, 0, 0];
const ONE_KEY: KeyPositions = [1, 1, 1];
export const TWO_KEYS: KeyPositions = [1, 2, 1];
export const ALL_KEYS: KeyPositions = [1, -1, 1];

type Words<N extends number, Built extends string[] = []> = Built['length'] extends N
  ? Built
  : Words<N, [...Built, string]>;

/** Redis's arity: the exact number of words including the name, or, negative, the least. The type of `args` follows from it. */
interface ArgumentsByArity {
  1: Words<1>;
  2: Words<2>;
  3: Words<3>;
  4: Words<4>;
  5: Words<5>;
  6: Words<6>;
  [-1]: [...Words<1>, ...string[]];
  [-2]: [...Words<2>, ...string[]];
  [-3]: [...Words<3>, ...string[]];
  [-4]: [...Words<4>, ...string[]];
  [-5]: [...Words<5>, ...string[]];
  [-6]: [...Words<6>, ...string[]];
  [-7]: [...Words<7>, ...string[]];
}

export type Arity = keyof ArgumentsByArity;

/** One command as the server knows it. A subcommand is named `container|subcommand`. */
export interface Command {
  readonly name: string;
  readonly arity: Arity;
  readonly kind: Kind;
  readonly keys: KeyPositions;
  /** Not for scripts. */
  readonly noScript: boolean;
  /** The number of words was checked against the arity. */
  readonly handle: (call: Call, args: readonly string[]) => Reply;
}

/** Declares a command; without options it takes one key, its first argument, and may be used in scripts. */
export function command<A extends Arity>(
  name: string,
  arity: A,
  kind: Kind,
  handle: (call: Call, args: Readonly<ArgumentsByArity[A]>) => Reply,
  options: { readonly keys?: KeyPositions; readonly noScript?: boolean } = {},
): Command {
  return {
    name,
    arity,
    kind,
    keys: options.keys ?? (kind === 'control' ? NO_KEYS : ONE_KEY),
    noScript: options.noScript ?? false,
    handle: handle as Command['handle'],
  };
}
