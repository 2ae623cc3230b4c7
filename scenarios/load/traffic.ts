import type { Random } from './random.js';

/** One request of a schedule that is fixed before anything is sent. */
export interface PlannedRequest {
  /** When to send it, in ms after the start of the load. */
  readonly offsetMs: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that is the right answer: 404 for something that does not exist. */
  readonly expects: number;
}

/** What preflight has put into the stack for the traffic to ask for. */
export interface TestData {
  readonly restaurantIds: readonly string[];
}

/** A kind of traffic: an endless schedule that depends on nothing but the test data and the random source. */
export interface Traffic {
  /** In words, for the screen and the evidence. */
  readonly summary: string;
  /** Requests per second. */
  readonly rate: number;
  plan(data: TestData, random: Random): Iterator<PlannedRequest>;
}
