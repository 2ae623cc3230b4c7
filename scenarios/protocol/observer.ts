import type { StartedStack } from '@quickbite/runtime/stack';

/** Something that is read again and again while an arm runs, besides the samples of the load. */
export interface Observer<T> {
  /** Key in the evidence. */
  readonly name: string;
  /** Short, for the live line. */
  readonly label: string;
  read(stack: StartedStack): Promise<T>;
  /** One word for the live line and the series. */
  show(value: T): string;
  /** As a number of at least 0, where it is one: the end of a run draws it over time. */
  level?(value: T): number;
}

/** What an observer read at a moment (ms since the epoch). */
export interface Reading<T> {
  readonly at: number;
  readonly value: T;
}
