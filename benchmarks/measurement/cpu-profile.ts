import type { Profiler } from 'node:inspector';

/** Where a process spent the processor's time while it was profiled. */
export interface ProfileSummary {
  /** Time in which it had something to do, in percent of the whole. It may have waited for a processor meanwhile. */
  readonly busy: number;
  /** Whose code ran, in percent of the busy time, the largest first. */
  readonly places: readonly { readonly place: string; readonly share: number }[];
}

/** What V8 calls a function without source, and what it is here. Others of its own are Node's. */
const NATIVE: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  writeBuffer: 'writing to sockets',
  writev: 'writing to sockets',
  writeLatin1String: 'writing to sockets',
  writeUtf8String: 'writing to sockets',
  writeAsciiString: 'writing to sockets',
};
const IDLE = '(idle)';

/**
 * Adds up a CPU profile of V8 by whose code ran: a package of npm, a workspace of ours, Node.js, or what the engine does itself. Time
 * counts where it was spent, not for who called.
 */
export function summarizeProfile({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileSummary {
  const placeOf = new Map(nodes.map(({ id, callFrame }) => [id, placeOfFrame(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, n) => {
    const place = placeOf.get(id) ?? 'Node.js';
    spent.set(place, (spent.get(place) ?? 0) + (timeDeltas[n] ?? 0));
  });
  const all = sum(spent.values());
  const idle = spent.get(IDLE) ?? 0;
  spent.delete(IDLE);
  const busy = all - idle;
  if (busy <= 0) return { busy: 0, places: [] };
  const places = [...spent].map(([place, time]) => ({ place, share: (100 * time) / busy }));
  return { busy: (100 * busy) / all, places: places.toSorted((a, b) => b.share - a.share) };
}

function placeOfFrame({ functionName, url }: Profiler.ProfileNode['callFrame']): string {
  if (functionName === IDLE) return IDLE;
  if (url === '' || url.startsWith('node:')) return NATIVE[functionName] ?? 'Node.js';
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (dependency !== undefined && !dependency.startsWith('@quickbite/')) return dependency;
  // <workspace>/dist/<folder>/<file>: a service by its name, what is shared by what it is for.
  const [, workspace, folder] = /([^/]+)\/dist\/(?:([^/]+)\/)?/.exec(url) ?? [];
  if (workspace === undefined) return 'Node.js';
  return (workspace === 'shared' || workspace === 'engines') && folder !== undefined
    ? `${workspace}/${folder}`
    : workspace;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
