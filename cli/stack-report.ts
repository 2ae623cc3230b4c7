import type { ObservedProcess, ObservedStack, StackProcess } from '@quickbite/runtime/stack';

/** One process in `quickbite status`. */
export interface ProcessReport {
  readonly name: string;
  /** `stopped`: by a command; `gone`: it ended although nobody asked for it. */
  readonly status: 'ready' | 'not ready' | 'paused' | 'stopped' | 'gone';
  readonly port: number;
  readonly pid: number | null;
  readonly source: string | null;
  readonly url: string | null;
  readonly uptimeMs: number | null;
  /** How long it took to become ready when it was started. */
  readonly readyMs: number | null;
  /** What is wrong; null when nothing is. */
  readonly note: string | null;
}

/** One stack in `quickbite status`. */
export interface StackReport {
  readonly id: string;
  readonly folder: string;
  readonly condition: ObservedStack['condition'];
  readonly problem: string | null;
  /** The Compose project that it was adopted from. */
  readonly adoptedFrom: string | null;
  /** The experiment that works on it now. */
  readonly experiment: string | null;
  readonly processes: readonly ProcessReport[];
  /** The links that go through the proxy, e.g. `restaurant-service:redis`. */
  readonly links: readonly string[];
}

const PROBE_TIMEOUT_MS = 1000;

/** Looks at every process of a stack now: what the system says of its pid, and what its readiness probe says. */
export async function reportStack(stack: ObservedStack): Promise<StackReport> {
  const handles = new Map((await attached(stack)).map((handle) => [handle.name, handle]));
  const processes = await Promise.all(
    stack.processes.map((observed) => reportProcess(observed, handles.get(observed.name))),
  );
  return {
    id: stack.id,
    folder: stack.folder,
    condition: stack.condition,
    problem: stack.problem?.message ?? null,
    adoptedFrom: stack.state?.adopted?.project ?? null,
    experiment: stack.holder?.purpose ?? null,
    processes,
    links: stack.state?.links.map(({ from, to }) => `${from}:${to}`) ?? [],
  };
}

async function attached(stack: ObservedStack): Promise<readonly StackProcess[]> {
  if (stack.state?.phase !== 'up') return [];
  const { attachStack } = await import('@quickbite/runtime/stack');
  return (await attachStack(stack.id)).processes;
}

async function reportProcess(observed: ObservedProcess, handle: StackProcess | undefined): Promise<ProcessReport> {
  const alive = observed.status !== 'exited';
  const common = {
    name: observed.name,
    port: observed.port,
    pid: alive ? (observed.pid ?? null) : null,
    source: observed.source ?? null,
    url: handle?.url ?? null,
    uptimeMs: alive && observed.launchedAt ? Date.now() - Date.parse(observed.launchedAt) : null,
    readyMs: observed.readyMs ?? null,
  };
  if (observed.status === 'paused') {
    const note = observed.wanted === 'paused' ? null : 'frozen by somebody else (SIGSTOP)';
    return { ...common, status: 'paused', note };
  }
  if (observed.status === 'exited') {
    if (observed.wanted === 'stopped') return { ...common, status: 'stopped', note: null };
    const note = `pid ${observed.pid ?? 'unknown'} ended although nobody asked for it; see "quickbite logs ${observed.name}"`;
    return { ...common, status: 'gone', note };
  }
  const seen = await handle?.probe({ timeoutMs: PROBE_TIMEOUT_MS });
  if (seen?.ready) return { ...common, status: 'ready', note: null };
  return { ...common, status: 'not ready', note: seen?.reason ?? 'not yet probed: the stack is being booted' };
}
