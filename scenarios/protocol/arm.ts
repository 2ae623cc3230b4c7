import type { z } from 'zod';
import type { FaultPlan } from '../faults/index.js';
import type { Api, ApiRequest, Person, StoryAnswer, TestData } from '../load/index.js';
import type { KnobValues } from '../probes/index.js';
import type { Readers } from '../readers/index.js';

/** One pass of an experiment: with the defences off, or on. */
export type ArmName = 'undefended' | 'defended';

/** In the order in which they run. */
export const ARMS: readonly ArmName[] = ['undefended', 'defended'];

/**
 * Knobs that one arm sets, by service. Those of `client` belong to the people of the story themselves, whose apps may defend
 * as well (repeat with the same key, wait before a retry): the story reads them with `run.client`.
 */
export type ArmKnobs = Readonly<Record<string, KnobValues>>;

/** Ways to defend that one arm measures one after the other, by name. */
export type Variants = Readonly<Record<string, ArmKnobs>>;

/** Where the knobs of the story's own people are in `ArmKnobs`. */
export const CLIENT = 'client';

/** Options of `ArmRun.phase`. */
export interface PhaseOptions {
  /** What happens in it, for the screen. */
  readonly what: string;
  /** Without it, the phase lasts for as long as its body; under load, both arms must offer the same: give it. */
  readonly lastsMs?: number;
}

/** Options of `ArmRun.api`. */
export interface ApiOptions {
  /** Keep a sample of each request under this tag. */
  readonly tag?: string;
  /** The process to ask, past the gateway, e.g. `order-service` or `api-gateway-2`. Default the gateway. */
  readonly at?: string;
  /** The client's address, for limits by address. Default that of the person, and a new one each time for nobody. */
  readonly from?: string;
}

/** One request of a burst, and who sends it. */
export interface BurstRequest extends ApiRequest {
  /** Default nobody, from an address of its own. */
  readonly as?: Person;
}

/** What a story can do. The load, where there is one, runs from the first phase to the end of the last. */
export interface ArmRun {
  /**
   * A named stretch of time. It lasts as long as it says, counted from the planned end of the one before, whatever `body`
   * takes of it: both arms offer the same load.
   */
  phase(name: string, options: PhaseOptions, body?: () => Promise<void>): Promise<void>;
  /** Breaks something, and returns when a probe has seen it take effect. */
  inject(plan: FaultPlan): Promise<void>;
  /** Undoes every fault that is in effect, and returns when the targets are ready again. */
  heal(): Promise<void>;

  /** Changes knobs for a while; journalled, and undone however the body ends. For what goes wrong in both arms. */
  withKnobs(knobs: ArmKnobs, body: () => Promise<void>): Promise<void>;
  /** Tells a part of the story once for each variant of this arm, with its knobs set. */
  eachVariant(body: (variant: string) => Promise<void>): Promise<void>;
  /** The knobs of the story's own people in this arm. */
  client<T>(shape: z.ZodType<T>): T;

  /** Who and what preflight has put into the stack. */
  readonly cast: TestData;
  /** A client that acts: somebody of the cast, or nobody. */
  api(who?: Person, options?: ApiOptions): Api;
  /** Somebody new, who has just registered. */
  newPerson(role: 'customer' | 'restaurant_owner' | 'driver'): Promise<Person>;
  /** The admin of the stack. */
  admin(): Promise<Person>;
  /**
   * Sends so many requests at once (a closed model: the answers are awaited), each a sample of this tag. Their connections
   * are opened before: opening a thousand takes longer than sending a thousand requests.
   */
  burst(
    tag: string,
    count: number,
    request: (n: number) => BurstRequest,
    options?: Pick<ApiOptions, 'at'>,
  ): Promise<readonly StoryAnswer[]>;

  /** Keeps a value that the story measured, for the checks. */
  record(name: string, value: number, options?: { readonly samples?: number }): void;
  /** Counts something up. Begin with `tally(name, 0)`: a count that never began is no count of zero. */
  tally(name: string, by?: number): void;

  /** Looks inside the stack: databases, queues, ledger, metrics, logs. */
  readonly inside: Readers;
  /** Address of a process, for a client of the story's own, e.g. of an event stream. */
  url(process: string): string;
  /** A secret of the stack, e.g. `jwt`: what an attacker is supposed to have stolen. */
  secret(name: string): string;
  /**
   * Waits until `look` gives something.
   * @param what in words, e.g. `the queue is empty`
   * @throws Inconclusive when the time is over first. Default 10 s
   */
  until<T>(what: string, look: () => Promise<T | undefined>, withinMs?: number): Promise<T>;
  /** The same where it is no doubt about the run if it never happens: undefined then. */
  within<T>(withinMs: number, look: () => Promise<T | undefined>): Promise<T | undefined>;
  wait(ms: number): Promise<void>;
  /** Aborted when the run is. */
  readonly signal: AbortSignal;
}
