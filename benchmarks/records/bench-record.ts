import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import type { Measurement } from '../measurement/figure.js';
import type { BenchContext, Suite } from '../suites/suite.js';

/** What a measurement depends on besides the code. */
export interface Machine {
  readonly quickbite: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Processes that wanted to run just before, by the system's own average over a minute. */
  readonly loadBefore: number;
  /** Where the engines came from, by name; empty where the suite needs none. */
  readonly engines: Readonly<Record<string, string>>;
}

/** A run of a benchmark, as it is saved. */
export interface BenchRecord extends Measurement {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly suite: { readonly id: string; readonly title: string; readonly question: string };
  readonly startedAt: string;
  readonly endedAt: string;
  readonly settings: { readonly repetitions: number; readonly seconds: number; readonly warmUpSeconds: number };
  readonly machine: Machine;
}

/** Measures a suite, with what the result depends on. */
export async function runSuite(suite: Suite, context: BenchContext): Promise<BenchRecord> {
  const { repetitions, seconds, warmUpSeconds } = context;
  const startedAt = new Date();
  const loadBefore = loadavg()[0] ?? 0;
  let engines: Readonly<Record<string, string>> = {};
  const measurement = await suite.measure({
    ...context,
    onEngines: (found) => {
      engines = { ...engines, ...found };
      context.onEngines?.(found);
    },
  });
  const { id, title, question } = suite;
  return {
    schemaVersion: 1,
    runId: `${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-bench-${id}`,
    suite: { id, title, question },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    settings: { repetitions, seconds, warmUpSeconds },
    machine: { ...describeMachine(context.runtime.root), loadBefore, engines },
    ...measurement,
  };
}

function describeMachine(root: string): Omit<Machine, 'loadBefore' | 'engines'> {
  const processors = cpus();
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
  return {
    quickbite: manifest.version,
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}
