import type { Driver, Person, Point } from './cast.js';
import type { Answer } from './exchange.js';
import { seededRandom } from './random.js';
import type { Random } from './random.js';
import { describeRate, offsetsAt } from './rate.js';
import type { Rate } from './rate.js';
import type { Restaurant } from './restaurants.js';

/** One request as a client sends it to the gateway. */
export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The status that is the right answer: 404 for something that does not exist. */
  readonly expects: number;
  /** Names its samples, so that a check can select them. */
  readonly tag: string;
  /** A word about the answer that the sample keeps, e.g. its `x-cache`. The body is read only where there is one. */
  readonly mark?: (answer: Answer) => string | undefined;
}

/** One request of a schedule that is fixed before anything is sent. */
export interface PlannedRequest extends ClientRequest {
  /** When to send it, in ms after the start of the load. */
  readonly offsetMs: number;
}

/** Several requests of one person, each after the answer to the one before; only the start is on the schedule. */
export interface PlannedJourney {
  readonly offsetMs: number;
  readonly tag: string;
  /** Who and what, for the fingerprint of the schedule. */
  readonly plot: string;
  go(send: (request: ClientRequest) => Promise<Answer>): Promise<void>;
}

export type Planned = PlannedRequest | PlannedJourney;

/** What preflight has put into the stack for the traffic and the story to work with. */
export interface TestData {
  readonly restaurantIds: readonly string[];
  readonly restaurants: readonly Restaurant[];
  readonly owner: Person;
  readonly customers: readonly Person[];
  /** None in a stack without a driver-service. */
  readonly drivers: readonly Driver[];
  /** Where all of them are. */
  readonly place: Point;
}

/** A kind of traffic: an endless schedule that depends on nothing but the test data and the random source. */
export interface Traffic {
  /** In words, for the screen and the evidence. */
  readonly summary: string;
  plan(data: TestData, random: Random): Iterator<Planned>;
}

/** Makes the n-th request of a schedule; whatever it chooses, it chooses with the schedule's random source. */
export type MakeRequest = (
  n: number,
  offsetMs: number,
) => Omit<PlannedRequest, 'offsetMs'> | Omit<PlannedJourney, 'offsetMs'>;

/**
 * Traffic of one kind at a rate.
 * @param what is sent, e.g. `GET /api/restaurants/:id`
 * @param prepare called once for each schedule
 */
export function steady(rate: Rate, what: string, prepare: (data: TestData, random: Random) => MakeRequest): Traffic {
  return {
    summary: `${describeRate(rate)} ${what} a second`,
    *plan(data, random): Generator<Planned> {
      const make = prepare(data, random);
      let n = 0;
      for (const offsetMs of offsetsAt(rate)) {
        yield { offsetMs, ...make(n, offsetMs) };
        n += 1;
      }
    },
  };
}

/** Several kinds at the same time, each at its own rate: the mix is the ratio of the rates. */
export function together(...kinds: readonly Traffic[]): Traffic {
  return {
    summary: kinds.map((kind) => kind.summary).join(', and '),
    *plan(data, random): Generator<Planned> {
      // Each kind has a random source of its own, so that adding one does not change what the others send.
      const plans = kinds.map((kind) => kind.plan(data, seededRandom(random.integer(2 ** 32))));
      const heads = plans.map((plan) => plan.next());
      for (;;) {
        const [first] = heads
          .flatMap((head, index) => (head.done ? [] : [{ index, planned: head.value }]))
          .sort((a, b) => a.planned.offsetMs - b.planned.offsetMs);
        if (!first) return;
        yield first.planned;
        const plan = plans[first.index];
        if (plan) heads[first.index] = plan.next();
      }
    },
  };
}
