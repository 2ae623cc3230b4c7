import { readFileSync, readdirSync } from 'node:fs';

/** What a process and its children use. */
export interface ProcessTree {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** /proc counts in hundredths of a second and pages of 4 KB on the Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Reads /proc; undefined where there is none, or the process has ended. */
export function processTree(pid: number): ProcessTree | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    let cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    let residentBytes = Number(fields[21]) * PAGE_BYTES;
    for (const child of childrenOf(pid)) {
      const tree = processTree(child);
      cpuSeconds += tree?.cpuSeconds ?? 0;
      residentBytes += tree?.residentBytes ?? 0;
    }
    return { cpuSeconds, residentBytes };
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
