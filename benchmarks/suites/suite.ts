import type { EngineSource } from '@quickbite/runtime/definitions';
import type { RuntimeContext } from '@quickbite/runtime/stack';
import type { Figure, Measurement } from '../measurement/figure.js';
import type { Profiler } from '../measurement/profiler.js';

/** What a figure is, in words. */
export interface FigureNote {
  readonly what: string;
  readonly unit: Figure['unit'];
  /** What is hoped of it on two quiet cores. */
  readonly goal?: { readonly atLeast: number };
}

/** Some figures of one unit side by side, as bars. */
export interface Chart {
  readonly title: string;
  /** What stands beside each bar, by the name of its figure. */
  readonly bars: Readonly<Record<string, string>>;
}

/** How a suite is run. */
export interface BenchContext {
  readonly runtime: RuntimeContext;
  /** How often everything is measured: the noise band is the range of the repetitions. */
  readonly repetitions: number;
  /** How long each load lasts, s. */
  readonly seconds: number;
  /** How long it goes on before anything is measured, s. */
  readonly warmUpSeconds: number;
  /** Overrides of where engines come from, e.g. `{ redis: 'embedded' }`. */
  readonly engines?: Readonly<Record<string, EngineSource>>;
  /** Environment to add to a process that is booted, by its name. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Takes profiles, of a repetition of its own after those that count: to be profiled costs. */
  readonly profiler?: Profiler;
  /** Told where the engines come from, by name. */
  readonly onEngines?: (engines: Readonly<Record<string, string>>) => void;
  /** Told what is being done, in a few words. */
  readonly onProgress: (what: string) => void;
  /** Aborts the measurement: everything that it started is ended before it rejects. */
  readonly signal: AbortSignal;
}

/** How a suite is run unless somebody says otherwise. */
export const benchDefaults = { repetitions: 3, seconds: 4, warmUpSeconds: 2 } as const;

/** A benchmark. */
export interface Suite {
  readonly id: string;
  readonly title: string;
  /** What it answers. */
  readonly question: string;
  /** Each load lasts so many times longer than was asked for, where a pass is long. Default 1. */
  readonly longer?: number;
  /** What ends first at as much as is taken, and why: to be read beside the CPU and the profiles. */
  readonly limit?: string;
  /** Pages of the guide that it belongs to. */
  readonly concepts: readonly string[];
  /** Interview questions that its figures help to answer. */
  readonly questions: readonly string[];
  /** Every figure that it can give, by name. Claims refer to them: a name stays. */
  readonly figures: Readonly<Record<string, FigureNote>>;
  readonly charts: readonly Chart[];
  /** Measures. Leaves nothing behind, however it ends. */
  measure(context: BenchContext): Promise<Measurement>;
}
