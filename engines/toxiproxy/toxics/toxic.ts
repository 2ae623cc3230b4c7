import type { Attributes, ToxicKind } from './toxic-kind.js';

/** A direction of a proxy: `upstream` from the client to the server, `downstream` back. */
export type Direction = 'upstream' | 'downstream';

/** A toxic of one proxy. Its attributes and its toxicity can change while it is at work. */
export interface Toxic {
  readonly name: string;
  readonly type: string;
  readonly kind: ToxicKind;
  readonly stream: Direction;
  /** Share of the connections that it affects, 0 to 1. */
  toxicity: number;
  attributes: Attributes;
}

/** A toxic as the API shows it. */
export function showToxic({ attributes, name, type, stream, toxicity }: Toxic): Record<string, unknown> {
  return { attributes, name, type, stream, toxicity };
}
