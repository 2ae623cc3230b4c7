import type { EngineDef, EngineSource, ProcessDef } from '../definitions/index.js';
import type { LogSource } from '../logs/index.js';
import type { ChosenSource } from './engine-sources.js';

/** How a stack is run: as child processes, or as containers. */
export type LaunchMode = 'process' | 'docker';

/** What a launcher needs to run one definition: everything is decided, every placeholder is filled in. */
export interface LaunchSpec {
  readonly stackId: string;
  /** The stack's folder: the mark by which whatever is launched is found, also without a state file. */
  readonly folder: string;
  readonly def: ProcessDef;
  /** Only for engines. */
  readonly source: EngineSource | undefined;
  /** Where the CLI finds it, on the launcher's `outside`. */
  readonly port: number;
  /** Where the CLI finds the links that go through it; only the proxy has any. */
  readonly linkPorts: readonly number[];
  readonly dataDir: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** The container of an adopted process: it is started again as it is, and all else here is told for nothing. */
  readonly container?: string | undefined;
}

/** A launched process as the state file remembers it: enough to find it again, and to know that it is not somebody else. */
export interface ProcessRef {
  readonly name: string;
  readonly pid: number;
  /** When that pid was started, in the words of whoever keeps it, so that a recycled pid is not taken for ours. */
  readonly startedAt: string;
  /** The container that it runs in. */
  readonly container?: string | undefined;
}

/** What is known of a process now. */
export type ProcessStatus = 'running' | 'paused' | 'exited';

/** How a process ended: by itself with a code, by a signal, or because it wanted more memory than it may have. */
export type ProcessEnd = { readonly code: number } | { readonly signal: string } | { readonly memoryLimitMiB: number };

/** What a process takes of the machine now. */
export interface Usage {
  /** Of one core: two busy ones are 200. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  /** What it may have at most; undefined where only the machine limits it. */
  readonly limitBytes: number | undefined;
}

/** A host and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The stack as its processes see it. The CLI sees every process on the launcher's `outside`, at the port in the state file. */
export interface Inside {
  /** The address that a process listens on. */
  readonly bind: string;
  /** Where the CLI's own requests come from, as an entry of the gateway's TRUST_PROXY. */
  readonly callers: string;
  /** Where a process finds its data. */
  dataDir(folder: string): string;
  /** Where a process finds another. */
  address(process: { readonly name: string; readonly usualPort: number; readonly port: number }): Address;
  /** Where a process finds a link that goes through the proxy. */
  link(port: number): Address;
}

/** A definition, and for an engine where it comes from. */
export interface PlannedProcess {
  readonly def: ProcessDef;
  readonly source: EngineSource | undefined;
}

/** Options of `prepare`. */
export interface PrepareOptions {
  readonly signal: AbortSignal | undefined;
  /** Told of each step of each thing that is fetched or built. */
  readonly onProgress: (thing: string, what: string) => void;
}

/** Something that carries the mark of a stack, found without its state file. */
export interface Stray {
  readonly mode: LaunchMode;
  /** `pid 4711`, or the name of a container, a network or a volume. */
  readonly name: string;
  /** The stack's folder. */
  readonly folder: string;
  /** What it runs, shortened. */
  readonly command: string;
}

/**
 * How things are run. One implementation for each mode.
 * Every method rejects with an `ExpectedError` when this mode cannot do it (a Windows process cannot be paused).
 */
export interface Launcher {
  readonly mode: LaunchMode;
  readonly inside: Inside;
  /** The host on which the CLI finds the ports of all processes. @throws ExpectedError when there is no such host */
  readonly outside: string;
  /** Whether the CLI reaches a port through a forwarder, which accepts for it, and closes where the port itself would refuse or reset. */
  readonly forwards: boolean;
  /** How many times as long as a child process a process may take to become ready. */
  readonly patience: number;
  /** Where an engine comes from in this mode. @throws ExpectedError when what was asked for is not to be had */
  chooseSource(engine: EngineDef, asked: EngineSource | undefined): Promise<ChosenSource>;
  /** What has to be fetched or built before these can be launched; empty when nothing has. */
  lacks(processes: readonly PlannedProcess[]): Promise<readonly string[]>;
  /** Fetches and builds it. */
  prepare(processes: readonly PlannedProcess[], options: PrepareOptions): Promise<void>;
  /** Starts it and returns at once; readiness is the caller's business. What ran under that name before must have ended. */
  launch(spec: LaunchSpec): Promise<ProcessRef>;
  status(ref: ProcessRef): Promise<ProcessStatus>;
  /** How it ended; undefined while it runs, and where nobody saw it. */
  endOf(ref: ProcessRef): Promise<ProcessEnd | undefined>;
  /** Whether it is known that somebody else listens on its port. */
  isStranger(ref: ProcessRef, spec: Pick<LaunchSpec, 'port' | 'source'>): Promise<boolean>;
  /** Freezes it: it keeps its sockets and answers nothing. */
  pause(ref: ProcessRef): Promise<void>;
  resume(ref: ProcessRef): Promise<void>;
  /** Unplugs its network: nobody reaches it, and it reaches nobody. It runs on. */
  isolate(ref: ProcessRef): Promise<void>;
  /** Plugs it in again; does nothing where it is. */
  rejoin(ref: ProcessRef): Promise<void>;
  /** Whether it is unplugged. */
  isIsolated(ref: ProcessRef): Promise<boolean>;
  /** Ends it without a chance to clean up (SIGKILL), and returns when it is gone. */
  kill(ref: ProcessRef): Promise<void>;
  /** Asks it to end (SIGTERM), waits `graceMs`, then kills. Returns when it is gone; a paused process is resumed first. */
  stop(ref: ProcessRef, options: { readonly graceMs: number }): Promise<{ readonly forced: boolean }>;
  /** What each takes, over about a second, by name; those that do not run are left out. */
  usage(refs: readonly ProcessRef[]): Promise<ReadonlyMap<string, Usage>>;
  /** What it has logged, in all its lives. */
  log(process: {
    readonly name: string;
    readonly folder: string;
    readonly logFile: string;
    readonly container?: string | undefined;
  }): LogSource;
  /** Whatever carries the mark of a stack below that folder. */
  findStrays(stacksFolder: string): Promise<Stray[]>;
  /** Removes those of them that are of this mode, at once, and returns when they are gone. */
  removeStrays(strays: readonly Stray[]): Promise<void>;
}
