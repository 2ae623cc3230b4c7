import type { Tally } from './tally.js';
import { processTree } from './process-tree.js';
import type { ProcessTree } from './process-tree.js';

/** A process to look at, with its children. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
  /** It was started with what a `Profiler` needs, where there is one. */
  readonly profiled?: boolean;
}

/** The name under which the load generator, which is this process, is reported. */
const GENERATOR = 'generator';

/**
 * Looks at what processes use from now on.
 * @returns to call at the end: adds `<load>-cpu-<process>`, in percent of one core, and `<load>-memory-<process>`, resident bytes at the
 * end; withheld where /proc does not say
 */
export function watchProcesses(watched: readonly Watched[]): (load: string, tally: Tally) => void {
  const all = [...watched, { name: GENERATOR, pid: process.pid }];
  const before = new Map<string, ProcessTree | undefined>(all.map(({ name, pid }) => [name, usageOf(name, pid)]));
  const startedAt = performance.now();
  return (load, tally) => {
    const seconds = (performance.now() - startedAt) / 1000;
    for (const { name, pid } of all) {
      const [earlier, later] = [before.get(name), usageOf(name, pid)];
      const [cpu, memory] = [`${load}-cpu-${name}`, `${load}-memory-${name}`];
      if (earlier === undefined || later === undefined) {
        for (const figure of [cpu, memory]) tally.withhold(figure, 'this system has no /proc to read it from');
        continue;
      }
      tally.add(cpu, '%', (100 * (later.cpuSeconds - earlier.cpuSeconds)) / seconds);
      tally.add(memory, 'bytes', later.residentBytes);
    }
  };
}

/** Of this process without its children: those are the stack that it has booted. */
function usageOf(name: string, pid: number): ProcessTree | undefined {
  if (name !== GENERATOR) return processTree(pid);
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() };
}
