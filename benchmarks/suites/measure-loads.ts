import { driveLoad } from '../load/drive-load.js';
import type { Journey, LoadResult, Offer } from '../load/load-plan.js';
import { watchProcesses } from '../measurement/process-usage.js';
import type { Watched } from '../measurement/process-usage.js';
import type { Tally } from '../measurement/tally.js';
import type { BenchContext, FigureNote } from './suite.js';

/** A load to measure, of journeys with one request. */
export interface MeasuredLoad {
  /** Begins the names of its figures. */
  readonly name: string;
  readonly target: string;
  readonly journeys: readonly Journey[];
  /** Of the closed loop. */
  readonly connections: number;
  /** Of the open loop, a second. Fixed, so that latencies of two runs can be compared. */
  readonly rate: number;
  readonly processes: readonly Watched[];
  /** Puts everything as this load needs it, e.g. knobs. */
  readonly prepare?: () => Promise<void>;
  /** Called after the fixed rate, e.g. to read what a server counted. */
  readonly finish?: () => Promise<void>;
}

/**
 * Measures loads: each is warmed up, then they take turns, so that what else the machine does meets all of them. A repetition is as much
 * as is taken, then the fixed rate.
 */
export async function measureLoads(
  context: BenchContext,
  tally: Tally,
  loads: readonly MeasuredLoad[],
  afterTurn: (results: ReadonlyMap<string, LoadResult>) => void = () => undefined,
): Promise<void> {
  const { repetitions, seconds, warmUpSeconds, profiler, onProgress } = context;
  const firsts = new Map<string, number>();
  const drive = async (load: MeasuredLoad, offer: Offer, lasting: number): Promise<LoadResult> => {
    const { name, target, journeys } = load;
    const first = firsts.get(name) ?? 0;
    const plan = { target, journeys, first, offer, seconds: lasting };
    const result = await driveLoad(context.runtime.root, plan, context.signal);
    firsts.set(name, result.next);
    return result;
  };
  for (let turn = 0; turn <= repetitions; turn += 1) {
    const paced = new Map<string, LoadResult>();
    for (const load of loads) {
      const { name, connections, rate, processes, prepare, finish } = load;
      await prepare?.();
      const closed: Offer = { kind: 'closed', connections };
      if (turn === 0) {
        onProgress(`${name}: warming up`);
        await drive(load, closed, warmUpSeconds);
        continue;
      }
      onProgress(`${name}: as much as is taken (${turn} of ${repetitions})`);
      const look = watchProcesses(processes);
      addClosed(name, tally, await drive(load, closed, seconds));
      look(name, tally);
      onProgress(`${name}: at ${rate} a second (${turn} of ${repetitions})`);
      const result = await drive(load, { kind: 'paced', rate }, seconds);
      addPaced(name, tally, result);
      await finish?.();
      paced.set(name, result);
    }
    if (turn > 0) afterTurn(paced);
  }
  for (const load of profiler ? loads : []) {
    const { name, connections, processes, prepare } = load;
    onProgress(`${name}: as much as is taken, profiled`);
    await prepare?.();
    await profiler?.during(name, processes, () => drive(load, { kind: 'closed', connections }, seconds));
  }
}

function addClosed(name: string, tally: Tally, { steps, seconds }: LoadResult): void {
  const [step] = steps;
  if (!step) return;
  tally.add(`${name}-rate`, '/s', step.latencies.length / seconds, step.latencies.length);
  tally.addLatencies(`${name}-closed`, 'ms', step.latencies);
  addErrors(`${name}-closed-errors`, tally, step);
}

function addPaced(name: string, tally: Tally, { steps, lateMs }: LoadResult): void {
  const [step] = steps;
  if (!step) return;
  tally.addLatencies(`${name}-paced`, 'ms', step.latencies);
  addErrors(`${name}-paced-errors`, tally, step);
  tally.add(`${name}-paced-late`, 'ms', lateMs, step.latencies.length);
}

/** Of the first request of each journey, ms; NaN where nothing was answered. */
export function medianLatency(result: LoadResult | undefined): number {
  const latencies = result?.steps[0]?.latencies.toSorted() ?? new Float64Array();
  return latencies[Math.floor(latencies.length / 2)] ?? Number.NaN;
}

/** In percent of all requests. */
export function addErrors(figure: string, tally: Tally, { latencies, failed }: LoadResult['steps'][number]): void {
  const all = latencies.length + failed;
  tally.add(figure, '%', all === 0 ? 100 : (100 * failed) / all, all);
}

/** The figures of a load that `measureLoads` measures. @param what e.g. `reads answered by the copy in the gateway` */
export function loadNotes(
  name: string,
  what: string,
  options: { readonly rate: number; readonly processes: readonly string[]; readonly goal?: FigureNote['goal'] },
): Record<string, FigureNote> {
  const { rate, processes, goal } = options;
  const at = `${what}, ${rate} a second`;
  const percentiles = (mode: string, of: string): [string, FigureNote][] =>
    [50, 90, 99].map((p) => [`${name}-${mode}-p${p}`, { what: `${of}: ${p} % are answered within`, unit: 'ms' }]);
  return {
    [`${name}-rate`]: { what: `${what}: as many as are taken`, unit: '/s', ...(goal && { goal }) },
    ...Object.fromEntries(percentiles('closed', `${what}, as many as are taken`)),
    [`${name}-closed-errors`]: { what: `${what}, as many as are taken: wrong or no answers`, unit: '%' },
    ...Object.fromEntries(percentiles('paced', at)),
    [`${name}-paced-errors`]: { what: `${at}: wrong or no answers`, unit: '%' },
    [`${name}-paced-late`]: { what: `${at}: how late the generator sent, median`, unit: 'ms' },
    ...usageNotes(name, what, processes),
  };
}

/** The figures of several loads. */
export const mergeNotes = (notes: readonly Record<string, FigureNote>[]): Record<string, FigureNote> =>
  Object.fromEntries(notes.flatMap((one) => Object.entries(one)));

/** What `watchProcesses` adds. */
export function usageNotes(name: string, what: string, processes: readonly string[]): Record<string, FigureNote> {
  return Object.fromEntries(
    [...processes, 'generator'].flatMap((process): [string, FigureNote][] => [
      [`${name}-cpu-${process}`, { what: `${what}: CPU of ${process}, of one core`, unit: '%' }],
      [`${name}-memory-${process}`, { what: `${what}: memory of ${process}`, unit: 'bytes' }],
    ]),
  );
}
