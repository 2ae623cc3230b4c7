import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { ExpectedError } from '../errors/index.js';
import { isSameProcess } from '../launchers/index.js';
import type { Launcher, ProcessStatus } from '../launchers/index.js';
import { launcherOf } from './context.js';
import type { RuntimeContext } from './context.js';
import { stackLockHolder } from './lock-file.js';
import type { LockHolder } from './lock-file.js';
import { stackFolder, stacksFolder } from './state-home.js';
import type { ProcessRecord, StackState } from './state-file.js';
import { readState, refOf } from './state-file.js';

/** A recorded process, and what is true of it now. */
export interface ObservedProcess extends ProcessRecord {
  readonly status: ProcessStatus;
}

/** A stack's state file beside reality. */
export interface ObservedStack {
  readonly id: string;
  readonly folder: string;
  /** Undefined when the state file is missing or damaged. */
  readonly state: StackState | undefined;
  /** Why the state file, or what runs of the stack, cannot be read. */
  readonly problem: ExpectedError | undefined;
  readonly processes: readonly ObservedProcess[];
  /** Whether the CLI that booted it still runs. */
  readonly ownerAlive: boolean;
  /** The experiment that works on it now. */
  readonly holder: LockHolder | undefined;
  /**
   * `up`: kept, or owned by somebody alive. `booting`: being booted now. `leftover`: what a CLI left behind that ended without
   * cleaning up, or nothing of it runs any more.
   */
  readonly condition: 'up' | 'booting' | 'leftover';
}

/** All stacks in a state home, by name. */
export async function observeStacks(context: RuntimeContext): Promise<ObservedStack[]> {
  const { home } = context;
  const names = await readdir(stacksFolder(home)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const stacks = await Promise.all(names.sort().map((name) => observeStack(stackFolder(home, name), context)));
  return stacks.filter((stack) => stack !== undefined);
}

/** One stack; undefined when there is no such folder. */
export async function observeStack(folder: string, context: RuntimeContext): Promise<ObservedStack | undefined> {
  const common = { id: basename(folder), folder, holder: await stackLockHolder(folder) };
  let state: StackState | undefined;
  let problem: ExpectedError | undefined;
  try {
    state = readState(folder);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    problem = error;
  }
  if (!state) {
    if (!problem && !(await isFolder(folder))) return undefined;
    return { ...common, state, problem, processes: [], ownerAlive: false, condition: 'leftover' };
  }
  const launcher = launcherOf(state.mode, context);
  const processes = await Promise.all(state.processes.map((record) => observe(record, launcher))).catch(
    (error: unknown) => {
      // An engine that does not answer: what it runs cannot be seen.
      if (!(error instanceof ExpectedError)) throw error;
      problem = error;
      return state.processes.map((record): ObservedProcess => ({ ...record, status: 'exited' }));
    },
  );
  const ownerAlive = await isSameProcess(state.owner.pid, state.owner.startedAt);
  return { ...common, state, problem, processes, ownerAlive, condition: conditionOf(state, processes, ownerAlive) };
}

function conditionOf(
  state: StackState,
  processes: readonly ObservedProcess[],
  ownerAlive: boolean,
): ObservedStack['condition'] {
  if (state.phase === 'booting') return ownerAlive ? 'booting' : 'leftover';
  if (state.lifetime === 'run') return ownerAlive ? 'up' : 'leftover';
  return processes.some(({ status }) => status !== 'exited') ? 'up' : 'leftover';
}

async function observe(record: ProcessRecord, launcher: Launcher): Promise<ObservedProcess> {
  const ref = refOf(record);
  return { ...record, status: ref ? await launcher.status(ref) : 'exited' };
}

async function isFolder(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}
