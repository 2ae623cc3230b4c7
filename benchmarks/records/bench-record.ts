import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import type { Measurement } from '../measurement/figure.js';
import { createProfiler } from '../measurement/profiler.js';
import type { LoadProfiles } from '../measurement/profiler.js';
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
  /** Where the time of the processor went, by load, where somebody asked. The profiles themselves lie in `profileFolder`. */
  readonly profiles?: Readonly<Record<string, LoadProfiles>>;
}

/** Where the CPU profiles of a run lie. @param home of all state */
export const profileFolder = (home: string, runId: string): string => path.join(home, 'benchmarks', runId);

/** Measures a suite, with what the result depends on. */
export async function runSuite(
  suite: Suite,
  context: BenchContext,
  { profile }: { readonly profile: boolean } = { profile: false },
): Promise<BenchRecord> {
  const { longer = 1 } = suite;
  const settings = {
    repetitions: context.repetitions,
    seconds: context.seconds * longer,
    warmUpSeconds: context.warmUpSeconds * longer,
  };
  const startedAt = new Date();
  const loadBefore = loadavg()[0] ?? 0;
  let engines: Readonly<Record<string, string>> = {};
  const { id, title, question } = suite;
  const runId = `${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-bench-${id}`;
  const { root, home } = context.runtime;
  const folder = profileFolder(home, runId);
  const profiler = profile ? createProfiler(root, folder) : undefined;
  const measuring = suite.measure({
    ...context,
    ...settings,
    ...(profiler && { profiler }),
    onEngines: (found) => {
      engines = { ...engines, ...found };
      context.onEngines?.(found);
    },
  });
  const measurement = await measuring.catch(async (error: unknown) => {
    // Profiles without a record are found by nobody.
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    schemaVersion: 1,
    runId,
    suite: { id, title, question },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    settings,
    machine: { ...describeMachine(root), loadBefore, engines },
    ...(profiler && { profiles: profiler.found }),
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
