/**
 * What a command answers, before it is encoded. Byte strings are JavaScript strings in which each character is one byte
 * (latin1): they compare, slice and hash natively, and no byte is ever lost.
 */
export type Reply =
  | string
  | number
  | bigint
  | boolean
  | null
  | Status
  | ErrorReply
  | Double
  | MapReply
  | SetReply
  | Push
  | typeof NULL_ARRAY
  | typeof NO_REPLY
  | readonly Reply[];

/** A simple string such as `+OK`. */
export class Status {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An error as it goes over the wire: its first word is the code that clients look at. */
export class ErrorReply {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A score or a distance: a bulk string in RESP2, a double in RESP3. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Alternating keys and values: a flat array in RESP2, a map in RESP3. */
export class MapReply {
  readonly flat: readonly Reply[];
  constructor(flat: readonly Reply[]) {
    this.flat = flat;
  }
}

/** An array in RESP2, a set in RESP3. */
export class SetReply {
  readonly members: readonly string[];
  constructor(members: readonly string[]) {
    this.members = members;
  }
}

/** A message that answers no request (pub/sub): an array in RESP2, a push in RESP3. */
export class Push {
  readonly items: readonly Reply[];
  constructor(items: readonly Reply[]) {
    this.items = items;
  }
}

/** The nil array of RESP2 (`*-1`), which EXEC and the blocking commands answer. */
export const NULL_ARRAY = Symbol('null array');
/** Nothing is sent now: the command blocks, or has sent its own messages. */
export const NO_REPLY = Symbol('no reply');

export const OK = new Status('OK');
export const QUEUED = new Status('QUEUED');
