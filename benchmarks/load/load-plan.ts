/** One request of a journey. `{key}` in a header is a new idempotency key; `{id}` in the path is the id in the answer before it. */
export interface PlannedRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that is the right answer; any other is an error. */
  readonly expects: number;
}

/** What one customer does, one request after the other. All journeys of a load have as many steps. */
export type Journey = readonly PlannedRequest[];

/** How a load is offered. */
export type Offer =
  /** As much as is taken: each connection waits for its answer and sends the next (a closed loop, made by autocannon). */
  | { readonly kind: 'closed'; readonly connections: number }
  /** At even distances, whether or not those before were answered (an open loop). Latency counts from the time a request was due. */
  | { readonly kind: 'paced'; readonly rate: number };

/** A load, as data: it is handed to a worker. */
export interface LoadPlan {
  /** `http://host:port` */
  readonly target: string;
  /** Taken by turns, and from the start again. */
  readonly journeys: readonly Journey[];
  /** Which is the first one: loads that follow each other need not repeat each other. */
  readonly first: number;
  readonly offer: Offer;
  readonly seconds: number;
}

/** What became of one step of the journeys. */
export interface StepResult {
  /** Of the right answers, ms. */
  readonly latencies: Float64Array;
  readonly failed: number;
  /** How often each status came; `none` where there was no answer. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** What came of a load. */
export interface LoadResult {
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  /** Of journeys with several steps that came to their end: the id in the first answer, and when they were due, ms since the epoch. */
  readonly finished: readonly { readonly id: string; readonly dueAt: number }[];
  /** How late requests went out, the median in ms; 0 in a closed loop, where none has a time to go out at. */
  readonly lateMs: number;
  /** The first journey that was not sent. */
  readonly next: number;
}
