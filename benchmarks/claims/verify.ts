import { ExpectedError } from '@quickbite/runtime/errors';
import { bootStack } from '@quickbite/runtime/stack';
import type { RuntimeContext } from '@quickbite/runtime/stack';
import { ARMS, describeMachine, groupsOf, runCatalog, sourcesOf } from '@quickbite/scenarios/protocol';
import type { RunRecord, Scenario } from '@quickbite/scenarios/protocol';
import type { Measurement } from '../measurement/figure.js';
import { probeLabOn } from '../probes/index.js';
import { runSuite, saveRecord } from '../records/index.js';
import { benchDefaults } from '../suites/index.js';
import type { BenchContext } from '../suites/index.js';
import type { MeasurableClaim } from './claim.js';
import { decide } from './decide.js';
import { isMeasuredBy } from './plan.js';
import type { Plan, Source } from './plan.js';
import { figuresOfRuns } from './scenario-figures.js';
import { makeVerificationId, saveVerification } from './verification.js';
import type { DecidedClaim, Verification } from './verification.js';

/** What happens during a verification, in order. */
export type VerifyEvent =
  | { readonly type: 'engines'; readonly engines: Readonly<Record<string, string>> }
  | {
      readonly type: 'measuring';
      readonly by: string;
      readonly question: string;
      readonly n: number;
      readonly of: number;
    }
  | { readonly type: 'decided'; readonly decided: DecidedClaim }
  | { readonly type: 'failed'; readonly by: string; readonly why: string };

/** Options of `verifyClaims`. */
export interface VerifyOptions {
  readonly context: RuntimeContext;
  /** Saved runs to decide from where they measured what is needed; scenarios without one are run. */
  readonly runs?: readonly RunRecord[];
  readonly signal: AbortSignal;
  /** How benchmarks are run. Default: `benchDefaults`, with loads of `BENCH_SECONDS`. */
  readonly bench?: Pick<BenchContext, 'repetitions' | 'seconds' | 'warmUpSeconds'>;
  /** No further scenario is begun after this time, in ms since the epoch: a machine may be slower than the plan. */
  readonly until?: number;
  readonly onProgress: (event: VerifyEvent) => void;
}

/** A verification, and where it is saved. */
export interface Verified {
  readonly record: Verification;
  readonly file: string;
}

const STACK = 'claims';
/** How long each load of a benchmark lasts here, s: many claims are to be decided in a quarter of an hour. */
const BENCH_SECONDS = 2;

/**
 * Measures what the plan says, each thing once, and decides the claims by their rules. The evidence is saved after each measurement,
 * so that an interruption costs what was under way.
 * @throws the abort's reason when it was interrupted, after everything is taken down
 */
export async function verifyClaims(
  claims: readonly MeasurableClaim[],
  plan: Plan,
  options: VerifyOptions,
): Promise<Verified> {
  const { context, signal, onProgress } = options;
  const startedAt = new Date();
  const id = makeVerificationId(startedAt);
  const verdicts = new Map<string, DecidedClaim>();
  const of = plan.probes.length + plan.suites.length + plan.scenarios.length;
  let n = 0;
  const save = async (): Promise<Verified> => {
    const record: Verification = {
      schemaVersion: 1,
      id,
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      machine: describeMachine(context.root),
      verdicts: [...verdicts.values()],
    };
    return { record, file: await saveVerification(context.home, record) };
  };
  const note = (decided: DecidedClaim): void => {
    verdicts.set(decided.claim, decided);
    onProgress({ type: 'decided', decided });
  };
  const announce = (by: string, question: string): void =>
    onProgress({ type: 'measuring', by, question, n: (n += 1), of });
  const decideBy = async (
    source: Source,
    how: Pick<DecidedClaim, 'by' | 'engines' | 'runId'>,
    measure: (claim: MeasurableClaim) => Measurement,
  ): Promise<void> => {
    for (const claim of claims)
      if (claim.rule && isMeasuredBy(claim, source))
        note({ claim: claim.id, ...copyOf(decide(claim.rule, measure(claim))), at: new Date().toISOString(), ...how });
    await save();
  };

  for (const { id: claim, measured } of plan.notMeasurable) {
    if (!('notHere' in measured)) continue;
    const at = new Date().toISOString();
    note({ claim, verdict: 'not measurable here', reason: measured.notHere, quantities: [], at, by: '', engines: {} });
  }
  await runProbes(plan, options, announce, decideBy);
  await runSuites(plan, options, announce, decideBy);
  await runScenarios(plan, options, announce, (run) =>
    decideBy(
      { scenario: run.scenario.id },
      { by: `scenario ${run.scenario.id}`, engines: run.environment.engines, runId: run.runId },
      ({ measured }) =>
        'scenario' in measured ? figuresOfRuns(measured.figures, [run]) : { figures: {}, withheld: {} },
    ),
  );
  signal.throwIfAborted();
  return save();
}

type Announce = (by: string, question: string) => void;
type DecideBy = (
  source: Source,
  how: Pick<DecidedClaim, 'by' | 'engines' | 'runId'>,
  measure: () => Measurement,
) => Promise<void>;

async function runProbes(
  { probes }: Plan,
  { context, signal, onProgress }: VerifyOptions,
  announce: Announce,
  decideBy: DecideBy,
): Promise<void> {
  const services = [...new Set(probes.flatMap(({ engines }) => engines))];
  const stack =
    services.length > 0 ? await bootStack({ id: STACK, services, lifetime: 'run', signal }, context) : undefined;
  try {
    const engines = stack ? sourcesOf(stack) : {};
    if (stack) onProgress({ type: 'engines', engines });
    const lab = probeLabOn(stack, signal);
    for (const probe of probes) {
      signal.throwIfAborted();
      const by = `probe ${probe.id}`;
      announce(by, probe.question);
      // One that fails says so, and the others go on: its claims have no verdict.
      const measurement = await abortable(probe.measure(lab), signal).catch((error: unknown) => {
        signal.throwIfAborted();
        onProgress({ type: 'failed', by, why: error instanceof Error ? error.message : String(error) });
      });
      const used = Object.fromEntries(
        Object.entries(engines).filter(([name]) => probe.engines.some((one) => one === name)),
      );
      if (measurement) await decideBy({ probe: probe.id }, { by, engines: used }, () => measurement);
    }
  } finally {
    await stack?.down();
  }
}

async function runSuites(
  { suites }: Plan,
  { context: runtime, signal, bench = { ...benchDefaults, seconds: BENCH_SECONDS }, onProgress }: VerifyOptions,
  announce: Announce,
  decideBy: DecideBy,
): Promise<void> {
  for (const suite of suites) {
    signal.throwIfAborted();
    const by = `bench ${suite.id}`;
    announce(by, suite.question);
    const context = { runtime, ...bench, onProgress: () => undefined, signal };
    // As with a probe: one that fails says so, and the others go on.
    const record = await runSuite(suite, context).catch((error: unknown) => {
      signal.throwIfAborted();
      onProgress({ type: 'failed', by, why: error instanceof Error ? error.message : String(error) });
    });
    if (!record) continue;
    await saveRecord(runtime.home, record);
    const { engines } = record.machine;
    await decideBy({ bench: suite.id }, { by, engines, runId: record.runId }, () => record);
  }
}

async function runScenarios(
  { scenarios }: Plan,
  { context, signal, runs = [], until = Infinity, onProgress }: VerifyOptions,
  announce: Announce,
  decideFrom: (run: RunRecord) => Promise<void>,
): Promise<void> {
  const deciding: Promise<void>[] = [];
  const saved = new Map(
    scenarios.flatMap((scenario) => latestOf(scenario, runs) ?? []).map((run) => [run.scenario.id, run]),
  );
  for (const { id, question } of scenarios) {
    const run = saved.get(id);
    if (!run) continue;
    announce(`scenario ${id}`, `${question} (from the run ${run.runId})`);
    await decideFrom(run);
  }
  const left = scenarios.filter(({ id }) => !saved.has(id));
  for (const group of groupsOf(left)) {
    if (Date.now() > until) return;
    for (const { id, question } of group) announce(`scenario ${id}`, question);
    const settings = { context, jobs: 1, seed: 1, arms: ARMS, signal, onProgress: () => undefined };
    await runCatalog(group, settings, ({ id, result }) => {
      if (result.record.outcome !== 'inconclusive') deciding.push(decideFrom(result.record));
      else onProgress({ type: 'failed', by: `scenario ${id}`, why: result.record.reasons.join(' ') });
    });
    await Promise.all(deciding);
  }
}

/** The latest run to an end, with both arms and nothing set by hand. */
function latestOf(scenario: Scenario, runs: readonly RunRecord[]): RunRecord | undefined {
  const defaults = JSON.stringify(scenario.withSettings([]).parameters);
  return runs.findLast(
    (run) =>
      run.scenario.id === scenario.id &&
      (run.outcome === 'proved' || run.outcome === 'refuted') &&
      JSON.stringify(run.parameters) === defaults,
  );
}

const copyOf = ({
  quantities,
  ...rest
}: ReturnType<typeof decide>): Pick<DecidedClaim, 'verdict' | 'reason' | 'quantities'> => ({
  ...rest,
  quantities: [...quantities],
});

/** Rejects when the signal aborts; what it stands for goes on until its clients find the engines gone. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () =>
      reject(
        signal.reason instanceof Error
          ? signal.reason
          : new ExpectedError('It was interrupted.', { next: 'Verify again.' }),
      );
    signal.addEventListener('abort', stop, { once: true });
  });
  // Nobody may be waiting any more when it fails.
  work.catch(() => undefined);
  signal.throwIfAborted();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
