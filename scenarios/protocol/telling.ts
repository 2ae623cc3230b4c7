import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { Api, Person, StoryAnswer, TestData } from '../load/index.js';
import { describe } from '../faults/index.js';
import type { OpenReaders } from '../readers/index.js';
import { waitUntil } from '../probes/wait-until.js';
import { CLIENT } from './arm.js';
import type { ApiOptions, ArmKnobs, ArmRun, BurstRequest, PhaseOptions } from './arm.js';
import type { ArmOptions } from './arm-options.js';
import { changeKnobs, describeDisturbance, injectFault, undo } from './disturbances.js';
import type { ProvedFault } from './disturbances.js';
import { Inconclusive } from './inconclusive.js';
import { instancesOf, surplusOf } from './instances.js';
import type { FaultRecord, PhaseRecord, ValueRecord, VariantRecord } from './measurements.js';
import type { Players } from './players.js';

/** A stretch of the story that has begun. */
export interface CurrentPhase {
  readonly name: string;
  readonly startedAt: number;
  readonly lastsMs: number | undefined;
}

/** What the telling of a story needs besides the arm's options. */
export interface TellingContext extends ArmOptions {
  readonly startedAt: number;
  readonly players: Players;
  readonly readers: OpenReaders;
  readonly onPhaseEnd: (phase: PhaseRecord) => void;
}

const UNTIL_MS = 10_000;
const UNTIL_EVERY_MS = 50;

/** The hands of a story: does what it says, and writes down what came of it. */
export class Telling implements ArmRun {
  readonly phases: PhaseRecord[] = [];
  readonly healed: FaultRecord[] = [];
  readonly variants: VariantRecord[] = [];
  readonly values: ValueRecord[] = [];
  plannedEnd: number;
  current: CurrentPhase | undefined;
  readonly inside: OpenReaders;
  readonly signal: AbortSignal;
  readonly cast: TestData;
  readonly #context: TellingContext;
  readonly #inEffect: ProvedFault[] = [];
  #variant: string | undefined;

  constructor(context: TellingContext) {
    this.#context = context;
    this.plannedEnd = context.startedAt;
    this.inside = context.readers;
    this.signal = context.signal;
    this.cast = context.data;
  }

  async phase(name: string, { what, lastsMs }: PhaseOptions, body?: () => Promise<void>): Promise<void> {
    const { arm, onProgress, onPhaseEnd, signal, pace } = this.#context;
    signal.throwIfAborted();
    if (pace) {
      await pace({ arm, phase: name, what });
      this.plannedEnd = Date.now();
    }
    const startedAt = this.plannedEnd;
    this.current = { name, startedAt, lastsMs };
    onProgress({ type: 'phase-started', arm, phase: name, what, ...(lastsMs === undefined ? {} : { lastsMs }) });
    await body?.();
    const planned = startedAt + (lastsMs ?? 0);
    this.plannedEnd = Math.max(planned, Date.now());
    await delay(Math.max(0, planned - Date.now()), undefined, { signal });
    const record = { name, what, startedAt, endedAt: this.plannedEnd };
    this.phases.push(record);
    onPhaseEnd(record);
  }

  async inject(plan: Parameters<ArmRun['inject']>[0]): Promise<void> {
    const { stack, journal, experiment, arm, onProgress, signal } = this.#context;
    signal.throwIfAborted();
    const proved = await injectFault(stack, journal, `scenario ${experiment.card.id}`, plan);
    this.#inEffect.push(proved);
    onProgress({
      type: 'fault-proved',
      arm,
      plan,
      description: describe(plan),
      proof: proved.proof,
    });
  }

  async heal(): Promise<void> {
    const { stack, journal, arm, onProgress } = this.#context;
    for (const { entry, plan, injectedAt, provedAt, proof } of this.#inEffect.splice(0).reverse()) {
      const healedAt = Date.now();
      const what = describeDisturbance(entry.disturbance);
      const proofOfHealing = await undo(stack, entry.disturbance);
      await journal.settle(entry);
      const readyAt = Date.now();
      this.healed.push({ plan, what, injectedAt, provedAt, proof, healedAt, readyAt, proofOfHealing });
      onProgress({ type: 'fault-healed', arm, plan, what, ms: readyAt - healedAt });
    }
  }

  async withKnobs(knobs: ArmKnobs, body: () => Promise<void>): Promise<void> {
    const { stack, journal, experiment, arm } = this.#context;
    const by = `scenario ${experiment.card.id}`;
    const stopped = surplusOf(experiment, arm);
    const entries = [];
    for (const [service, values] of Object.entries(knobs))
      for (const name of service === CLIENT ? [] : instancesOf(stack, service))
        if (!stopped.includes(name)) entries.push(await changeKnobs(stack, journal, by, name, values));
    // No `finally`: what a failed story leaves changed is still in the journal, and the arm's runner undoes all of that.
    await body();
    for (const entry of entries.reverse()) {
      await undo(stack, entry.disturbance);
      await journal.settle(entry);
    }
  }

  async eachVariant(body: (variant: string) => Promise<void>): Promise<void> {
    const { experiment, arm, onProgress } = this.#context;
    const variants = Object.entries(experiment.variants[arm]);
    if (variants.length === 0) throw new RangeError(`Expected the arm ${arm} to have variants; it has none.`);
    for (const [name, knobs] of variants) {
      const startedAt = Math.max(this.plannedEnd, Date.now());
      this.#variant = name;
      onProgress({ type: 'variant-started', arm, variant: name, knobs });
      await this.withKnobs(knobs, () => body(name));
      this.#variant = undefined;
      this.variants.push({ name, knobs, startedAt, endedAt: Math.max(this.plannedEnd, Date.now()) });
    }
  }

  client<T>(shape: z.ZodType<T>): T {
    const { experiment, arm } = this.#context;
    const own = this.#variant === undefined ? {} : experiment.variants[arm][this.#variant]?.[CLIENT];
    return shape.parse({ ...experiment.arms[arm][CLIENT], ...own });
  }

  api(who?: Person, options?: ApiOptions): Api {
    return this.#context.players.api(who, options);
  }

  newPerson(role: 'customer' | 'restaurant_owner' | 'driver'): Promise<Person> {
    return this.#context.players.newPerson(role);
  }

  admin(): Promise<Person> {
    return this.#context.players.admin();
  }

  async burst(
    tag: string,
    count: number,
    request: (n: number) => BurstRequest,
    { at }: Pick<ApiOptions, 'at'> = {},
  ): Promise<readonly StoryAnswer[]> {
    const clients = Array.from({ length: count }, (_, n) => {
      const { as: who, ...sent } = request(n);
      return { sent, api: this.api(who, { tag, ...(at === undefined ? {} : { at }) }) };
    });
    await this.#context.players.connect(count, at);
    return Promise.all(clients.map(({ api, sent }) => api.send(sent)));
  }

  record(name: string, value: number, { samples = 1 }: { readonly samples?: number } = {}): void {
    this.#keep(name, value, samples, false);
  }

  tally(name: string, by = 1): void {
    this.#keep(name, by, 1, true);
  }

  #keep(name: string, value: number, samples: number, counted: boolean): void {
    const variant = this.#variant === undefined ? {} : { variant: this.#variant };
    this.values.push({ name, value, samples, counted, at: Date.now(), phase: this.current?.name ?? '', ...variant });
  }

  url(process: string): string {
    return this.#context.stack.process(process).url;
  }

  secret(name: string): string {
    return this.#context.players.secret(name);
  }

  async until<T>(what: string, look: () => Promise<T | undefined>, withinMs: number = UNTIL_MS): Promise<T> {
    const found = await this.within(withinMs, look);
    if (found !== undefined) return found;
    throw new Inconclusive(`It was not seen within ${String(withinMs / 1000)} s that ${what}.`);
  }

  within<T>(withinMs: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
    return waitUntil(look, { withinMs, everyMs: UNTIL_EVERY_MS, signal: this.signal });
  }

  async wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.signal });
  }
}
