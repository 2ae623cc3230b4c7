/** The settings of one toxic, by Toxiproxy's names. */
export type Attributes = Readonly<Record<string, number>>;

/** Bytes on their way through one direction of a connection, or its end. */
export type Item = { readonly data: Buffer; readonly at: number } | 'end';

/**
 * What a toxic can do to the direction of a connection that it affects.
 *
 *     source socket ---> [ toxic ] ---> [ toxic ] ---> destination socket
 */
export interface Passage {
  /** As they are now: an update changes them for connections that are open. */
  readonly attributes: Attributes;
  /** Gives something to whatever comes next; resolves when there is room for more. */
  forward(item: Item): Promise<void>;
  /** Waits; cut short when the toxic is changed or removed, so that nothing is held back for a reason that is gone. */
  sleep(ms: number): Promise<void>;
  /** Waits until the toxic is changed or removed. */
  untilChanged(): Promise<void>;
  /** Ends the connection, after what was forwarded. */
  close(): void;
  /** Ends the connection with a TCP reset to both sides. */
  reset(): void;
}

/** One toxic at work in one direction of one connection. */
export interface ActiveToxic {
  /** Takes what comes, in order; the next item is given when this has resolved. */
  pass(item: Item): Promise<void>;
  /** The attributes changed. */
  changed?(): void;
  /** The toxic was removed while the connection was open. */
  removed?(): void;
}

/** A type of toxic. Each has a file of its own in this folder and a line in `kinds.ts`. */
export interface ToxicKind {
  /** Its attributes and what they are when none are given. */
  readonly defaults: Attributes;
  /** Bytes that may wait in it before its source is no longer read. */
  readonly capacity: number;
  /** What is wrong with the attributes; undefined when nothing is. */
  problemWith?(attributes: Attributes): string | undefined;
  /** Begins to affect a connection. */
  start(passage: Passage): ActiveToxic;
}

/** The longest that a timer can wait, ms: 24 days. */
export const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Reads an attribute that the defaults of its kind name. */
export function attribute(attributes: Attributes, name: string): number {
  const value = attributes[name];
  if (value === undefined) throw new RangeError(`expected a toxic with the attribute "${name}"`);
  return value;
}
