import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import type { Profiler as Inspector } from 'node:inspector';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { summarizeProfile } from './cpu-profile.js';
import type { ProfileSummary } from './cpu-profile.js';
import type { Watched } from './process-usage.js';

/** How long a process may take to begin, and to write its profile, ms. */
const ANSWER_MS = 30_000;
const LOOK_MS = 50;

/** Profiles of a load, by process. */
export type LoadProfiles = Readonly<Record<string, ProfileSummary>>;

/** Takes CPU profiles of processes while loads run. */
export interface Profiler {
  /** What a Node.js process must be started with to be profiled. */
  readonly environment: Readonly<Record<string, string>>;
  /** Profiles those that were started so, for as long as `work` takes, and keeps the whole as `<load>-<process>.cpuprofile`. */
  during(load: string, watched: readonly Watched[], work: () => Promise<unknown>): Promise<void>;
  /** What it found, by load. */
  readonly found: Readonly<Record<string, LoadProfiles>>;
}

/** @param folder where the profiles go, made with the first; DevTools and editors open them */
export function createProfiler(root: string, folder: string): Profiler {
  const preload = path.join(root, 'benchmarks', 'dist', 'measurement', 'profile-on-signal.js');
  const found: Record<string, LoadProfiles> = {};
  const signal = (processes: readonly Watched[]): void => {
    for (const { pid } of processes) process.kill(pid, 'SIGUSR2');
  };
  return {
    environment: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}`, QUICKBITE_PROFILES: folder },
    found,
    async during(load, watched, work) {
      const processes = watched.filter(({ profiled }) => profiled);
      if (processes.length === 0) return;
      await mkdir(folder, { recursive: true });
      signal(processes);
      for (const { pid } of processes) {
        const begun = path.join(folder, `${pid}.begun`);
        await whenWritten(begun);
        await rm(begun);
      }
      try {
        await work();
      } finally {
        signal(processes);
      }
      const summaries: Record<string, ProfileSummary> = {};
      for (const { name, pid } of processes) {
        const written = path.join(folder, `${pid}.cpuprofile`);
        const profile = JSON.parse(await whenWritten(written)) as Inspector.Profile;
        await rename(written, path.join(folder, `${load}-${name}.cpuprofile`));
        summaries[name] = summarizeProfile(profile);
      }
      found[load] = summaries;
    },
  };
}

async function whenWritten(file: string): Promise<string> {
  const giveUpAt = Date.now() + ANSWER_MS;
  for (;;) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await delay(LOOK_MS);
    }
  }
}
