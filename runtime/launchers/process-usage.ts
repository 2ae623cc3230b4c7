import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ExpectedError } from '../errors/index.js';
import type { ProcessRef, Usage } from './launcher.js';

/** Long enough for a busy process to be seen at work: the kernel counts in hundredths of a second. */
const SAMPLE_MS = 1000;
/** USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** What a process group has taken so far. */
interface Taken {
  readonly ticks: number;
  readonly pages: number;
}

/** Looks twice at the process groups that these lead, and says what they took in between. Linux only. */
export async function usageOfGroups(refs: readonly ProcessRef[]): Promise<ReadonlyMap<string, Usage>> {
  if (process.platform !== 'linux') {
    throw new ExpectedError('What processes take can only be read on Linux.', {
      next: 'Look with the tools of your system, or use containers: "quickbite up --launcher docker".',
    });
  }
  const started = performance.now();
  const before = await groups();
  await delay(SAMPLE_MS);
  const after = await groups();
  const seconds = (performance.now() - started) / 1000;
  return new Map(
    refs.flatMap(({ name, pid }) => {
      const [first, last] = [before.get(pid), after.get(pid)];
      // The remains of a process that nobody has collected yet have no memory.
      if (!first || !last?.pages) return [];
      // A child that has ended takes what it had counted with it.
      const ticks = Math.max(0, last.ticks - first.ticks);
      const cpuPercent = (ticks / TICKS_PER_SECOND / seconds) * 100;
      return [[name, { cpuPercent, memoryBytes: last.pages * PAGE_BYTES, limitBytes: undefined }]];
    }),
  );
}

/** All process groups by the pid of their leaders. proc(5): field 5 is the group, 14 and 15 are the ticks, 24 the pages in memory. */
async function groups(): Promise<ReadonlyMap<number, Taken>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  const found = new Map<number, Taken>();
  for (const stat of stats) {
    // After field 2, the program's name in parentheses, which may hold spaces itself.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, , group = 0] = fields;
    const { ticks, pages } = found.get(group) ?? { ticks: 0, pages: 0 };
    found.set(group, {
      ticks: ticks + (fields[11] ?? 0) + (fields[12] ?? 0),
      pages: pages + (fields[21] ?? 0),
    });
  }
  return found;
}
