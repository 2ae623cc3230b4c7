import type { Offer } from './load-plan.js';

/** Events to publish and to consume. */
export interface EventPlan {
  /** Of the broker. */
  readonly url: string;
  /** Durable queue and persistent messages. */
  readonly persistent: boolean;
  /** `connections` of a closed loop: how many events may wait for their confirm. */
  readonly offer: Offer;
  readonly seconds: number;
}

/** What came of them. Latencies count from the time at which an event was due, ms. */
export interface EventResult {
  readonly published: number;
  /** Until the last one was delivered. */
  readonly seconds: number;
  readonly confirmed: Float64Array;
  readonly delivered: Float64Array;
}
