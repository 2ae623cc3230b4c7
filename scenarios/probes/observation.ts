/** What a probe saw when it looked whether a statement is true. Kept in the evidence. */
export interface Observation {
  readonly statement: string;
  readonly holds: boolean;
  /** What was seen, in words. */
  readonly seen: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** Makes an observation of now. */
export function observed(statement: string, holds: boolean, seen: string): Observation {
  return { statement, holds, seen, at: Date.now() };
}
