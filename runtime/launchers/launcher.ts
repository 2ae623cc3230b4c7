import type { EngineSource, ProcessDef } from '../definitions/index.js';

/** What a launcher needs to run one definition: everything is decided, every placeholder is filled in. */
export interface LaunchSpec {
  readonly stackId: string;
  readonly def: ProcessDef;
  /** Only for engines. */
  readonly source: EngineSource | undefined;
  readonly port: number;
  readonly dataDir: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A launched process as the state file remembers it: enough to find it again, and to know that it is not somebody else. */
export interface ProcessRef {
  readonly name: string;
  readonly pid: number;
  /** The operating system's start time of that pid, so that a recycled pid is not taken for ours. */
  readonly startedAt: string;
}

/** What the operating system says of a process now. */
export type ProcessStatus = 'running' | 'paused' | 'exited';

/** How a process ended: by itself with a code, or by a signal. */
export type ProcessEnd = { readonly code: number } | { readonly signal: string };

/**
 * How things are run. Two implementations: child processes, and containers.
 * Every method rejects with an `ExpectedError` when this mode cannot do it (a Windows process cannot be paused).
 */
export interface Launcher {
  readonly mode: 'process' | 'docker';
  /** Spawns it and returns at once; readiness is the caller's business. */
  launch(spec: LaunchSpec): Promise<ProcessRef>;
  status(ref: ProcessRef): Promise<ProcessStatus>;
  /** How it ended, where this launcher started it and saw the end; otherwise undefined. */
  endOf(ref: ProcessRef): ProcessEnd | undefined;
  /** Freezes it: it keeps its sockets and answers nothing. */
  pause(ref: ProcessRef): Promise<void>;
  resume(ref: ProcessRef): Promise<void>;
  /** Ends it without a chance to clean up (SIGKILL), and returns when it is gone. */
  kill(ref: ProcessRef): Promise<void>;
  /** Asks it to end (SIGTERM), waits `graceMs`, then kills. Returns when it is gone; a paused process is resumed first. */
  stop(ref: ProcessRef, options: { readonly graceMs: number }): Promise<{ readonly forced: boolean }>;
}
