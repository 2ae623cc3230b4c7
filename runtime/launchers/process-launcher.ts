import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ExpectedError } from '../errors/index.js';
import { fileLog } from '../logs/index.js';
import { commandLineOf } from './command-line.js';
import { chooseSource } from './engine-sources.js';
import type { Inside, LaunchSpec, Launcher, ProcessEnd, ProcessRef, ProcessStatus } from './launcher.js';
import { holdsSocket, listeningSockets } from './listening-sockets.js';
import { signalGroup, waitUntilGone } from './process-groups.js';
import { isSameProcess, lookUpProcess } from './process-identity.js';
import { usageOfGroups } from './process-usage.js';
import { findStrayProcesses, killStrays } from './stray-processes.js';

/** How long the kernel may take to end a process that was sent SIGKILL; longer means that it hangs in a device. */
const KILL_TIMEOUT_MS = 10_000;

/** Everything of a stack listens here only: the lab's credentials are not secret. */
const LOOPBACK = '127.0.0.1';

/** Processes share the machine with the CLI, and see what it sees. */
const inside: Inside = {
  bind: LOOPBACK,
  callers: 'loopback',
  dataDir: (folder) => folder,
  address: ({ port }) => ({ host: LOOPBACK, port }),
  link: (port) => ({ host: LOOPBACK, port }),
};

// Flags of the caller's own Node (a debugger's port, a test runner's loader) must not reach every process of the stack.
const NOT_INHERITED = ['NODE_OPTIONS', 'FORCE_COLOR', 'NODE_CHANNEL_FD'];

/**
 * Runs definitions as child processes that outlive the caller. Each leads a process group of its own, so that Ctrl-C in
 * the terminal does not reach it and nothing that it starts can outlive it.
 * @param options.root the repository's root
 */
export function createProcessLauncher(options: { readonly root: string }): Launcher {
  const ends = new Map<string, ProcessEnd>();

  return {
    mode: 'process',
    inside,
    outside: LOOPBACK,
    forwards: false,
    patience: 1,
    chooseSource,
    lacks: () => Promise.resolve([]),
    prepare: () => Promise.resolve(),

    async launch(spec): Promise<ProcessRef> {
      const { file, args } = await commandLineOf(spec, options.root);
      mkdirSync(spec.dataDir, { recursive: true });
      mkdirSync(dirname(spec.logFile), { recursive: true });
      const log = openSync(spec.logFile, 'a');
      let child: ChildProcess;
      try {
        child = spawn(file, args, {
          cwd: spec.dataDir,
          env: environmentOf(spec),
          detached: true,
          stdio: ['ignore', log, log],
          windowsHide: true,
        });
      } finally {
        closeSync(log);
      }
      if (child.pid === undefined) throw await spawnFailure(spec, file, child);
      // A later failure, such as one to signal it, is reported by the call that runs into it.
      child.on('error', () => undefined);
      child.unref();
      const { pid } = child;
      const startedAt = (await lookUpProcess(pid))?.startedAt ?? 'exited at once';
      const ref = { name: spec.def.name, pid, startedAt };
      child.once('exit', (code, signal) =>
        ends.set(keyOf(ref), code === null ? { signal: signal ?? 'unknown' } : { code }),
      );
      return ref;
    },

    async status(ref): Promise<ProcessStatus> {
      const found = await lookUpProcess(ref.pid);
      return found?.startedAt === ref.startedAt ? found.state : 'exited';
    },

    async endOf(ref): Promise<ProcessEnd | undefined> {
      if ((await this.status(ref)) !== 'exited') return undefined;
      // The kernel has reported the end; Node hears of it a moment later.
      for (let waited = 0; !ends.has(keyOf(ref)) && waited < 50; waited += 1) await delay(5);
      return ends.get(keyOf(ref));
    },

    /** A native server may be the child of a script, and systems other than Linux do not say: there the answer is no. */
    async isStranger(ref, { port, source }): Promise<boolean> {
      if (source === 'native') return false;
      const sockets = await listeningSockets(port);
      return sockets.size > 0 && !(await holdsSocket(ref.pid, sockets));
    },

    async pause(ref): Promise<void> {
      await signalLiving(ref, 'SIGSTOP', 'paused');
      // The signal is sent, not yet obeyed: a request in the next millisecond could still be answered.
      while ((await this.status(ref)) === 'running') await new Promise((resolve) => setImmediate(resolve));
    },

    async resume(ref): Promise<void> {
      await signalLiving(ref, 'SIGCONT', 'resumed');
    },

    isolate: ({ name }) =>
      Promise.reject(
        new ExpectedError(`${name} has no network of its own: it is a process.`, { next: 'Cut its links instead.' }),
      ),
    rejoin: () => Promise.resolve(),
    isIsolated: () => Promise.resolve(false),

    async kill(ref): Promise<void> {
      await killGroup(ref);
    },

    async stop(ref, { graceMs }): Promise<{ forced: boolean }> {
      if (await isSameProcess(ref.pid, ref.startedAt)) {
        signalGroup(ref.pid, 'SIGTERM');
        // A paused process receives SIGTERM only when it runs again.
        signalGroup(ref.pid, 'SIGCONT');
      }
      const forced = !(await waitUntilGone(ref.pid, ref.startedAt, graceMs));
      await killGroup(ref);
      return { forced };
    },

    usage: usageOfGroups,
    log: ({ name, logFile }) => fileLog(name, logFile),
    findStrays: findStrayProcesses,
    removeStrays: killStrays,
  };
}

async function signalLiving(ref: ProcessRef, signal: 'SIGSTOP' | 'SIGCONT', done: string): Promise<void> {
  if (process.platform === 'win32') {
    throw new ExpectedError(`On Windows a process cannot be ${done}.`, {
      next: 'Use WSL, or a scenario that does not pause.',
    });
  }
  if (!(await isSameProcess(ref.pid, ref.startedAt)) || !signalGroup(ref.pid, signal)) {
    throw new ExpectedError(`${ref.name} (pid ${ref.pid}) cannot be ${done}: it is not running.`, {
      next: 'See what is up with "quickbite status".',
    });
  }
}

/** Ends the leader and whatever is left of its group. Never touches a stranger that has the pid by now. */
async function killGroup(ref: ProcessRef): Promise<void> {
  const found = await lookUpProcess(ref.pid);
  if (found && found.startedAt !== ref.startedAt) return;
  signalGroup(ref.pid, 'SIGKILL');
  if (!(await waitUntilGone(ref.pid, ref.startedAt, KILL_TIMEOUT_MS))) {
    throw new ExpectedError(`${ref.name} (pid ${ref.pid}) is still there ${KILL_TIMEOUT_MS / 1000} s after SIGKILL.`, {
      next: 'It hangs in the kernel, usually on a disk that does not answer: check the disk.',
    });
  }
}

async function spawnFailure(spec: LaunchSpec, file: string, child: ChildProcess): Promise<ExpectedError> {
  const [cause] = (await once(child, 'error').catch((error: unknown) => [error])) as [unknown];
  return new ExpectedError(
    `${spec.def.name} could not be started: ${cause instanceof Error ? cause.message : String(cause)}.`,
    {
      next: `Check that ${file} can be run, and that the machine has processes and memory to spare.`,
      cause,
    },
  );
}

function environmentOf(spec: LaunchSpec): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name));
  return {
    ...Object.fromEntries(inherited),
    ...spec.env,
    // The marks by which it is found when nothing else knows of it.
    QUICKBITE_STACK_ID: spec.stackId,
    QUICKBITE_STACK_FOLDER: spec.folder,
  };
}

const keyOf = (ref: ProcessRef): string => `${ref.pid} ${ref.startedAt}`;
