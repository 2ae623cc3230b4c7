import type { EngineSource } from '../definitions/index.js';
import type { AskedLauncher } from './choose-launcher.js';
import type { LaunchMode, ProcessStatus, Usage } from '../launchers/index.js';
import type { LinkState, Toxic } from '../links/index.js';
import type { LogSource } from '../logs/index.js';

/** Options of `bootStack`. */
export interface BootOptions {
  /** Two stacks with different ids run side by side. Letters, digits and dashes. Default `default`. */
  readonly id?: string;
  /** Services to boot; what they depend on comes along. Default: all of them. */
  readonly services?: readonly string[];
  /** Overrides of where an engine comes from, e.g. `{ redis: 'embedded' }`. */
  readonly engines?: Readonly<Record<string, EngineSource>>;
  /** Overrides of default ports, e.g. `{ 'api-gateway': 4000 }`. A port that was asked for by name does not move: it is an error if taken. */
  readonly ports?: Readonly<Record<string, number>>;
  /** `run` stacks belong to the calling process and are removed by `recover` when it is gone; `kept` ones live until `down`. */
  readonly lifetime: 'run' | 'kept';
  /** Links that go through a proxy, so that they can be disturbed; all others are direct. Ends are names of processes. */
  readonly links?: readonly LinkEnds[];
  /** How many of a service to boot: `{ 'api-gateway': 2 }` gives `api-gateway` and `api-gateway-2`. Default: one of each. */
  readonly instances?: Readonly<Record<string, number>>;
  /** Environment to add, by the name of a process: `{ 'api-gateway': { NODE_OPTIONS: '--max-old-space-size=96' } }`. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How to run it. Default `process`; `auto` takes containers where Docker answers and has the images. */
  readonly launcher?: AskedLauncher;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: BootEvent) => void;
}

/** A link by its ends: `from` connects to `to`. */
export interface LinkEnds {
  readonly from: string;
  readonly to: string;
}

/** What happens while a stack comes up, in order, for a progress display. A second `planned` starts it over: a port was lost. */
export type BootEvent =
  /** How it is going to be run, and why where nobody asked for it. */
  | { readonly type: 'launcher'; readonly mode: LaunchMode; readonly why: string | undefined }
  /** An image is being built or pulled: what is happening to it now. */
  | { readonly type: 'preparing'; readonly thing: string; readonly what: string }
  | {
      readonly type: 'planned';
      readonly processes: readonly {
        readonly name: string;
        readonly port: number;
        readonly source: EngineSource | undefined;
        readonly movedFrom: number | undefined;
      }[];
    }
  | { readonly type: 'starting'; readonly name: string }
  | { readonly type: 'ready'; readonly name: string; readonly ms: number };

/**
 * A stack that is up. `await using` takes down what `bootStack` returned, unless `detach()` was called; what `attachStack`
 * returned is detached from the start.
 * What it says is read from its state file and checked against reality.
 */
export interface StartedStack extends AsyncDisposable {
  readonly id: string;
  /** Folder of this stack: `state.json`, `logs/`, `data/`, `journal/`, `lock`. */
  readonly folder: string;
  readonly mode: LaunchMode;
  /** The Compose project that it was adopted from; undefined where it was booted here. */
  readonly adoptedFrom: string | undefined;
  readonly processes: readonly StackProcess[];
  /** Throws an `ExpectedError` that names the valid ones when there is no such process. */
  process(name: string): StackProcess;
  /** The links that go through the proxy. */
  readonly links: readonly StackLink[];
  /** Throws an `ExpectedError` that says how to boot it when that link does not go through the proxy. */
  link(from: string, to: string): StackLink;
  /** Key of the lab's internal endpoints (`x-lab-key`). */
  readonly labKey: string;
  /** What each process that runs takes of the machine, over about a second, by name. */
  usage(): Promise<ReadonlyMap<string, Usage>>;
  /** Takes it down: SIGTERM, then SIGKILL, in reverse dependency order; removes its folder. An adopted one runs on. Safe to call twice. */
  down(): Promise<void>;
  detach(): void;
}

/** One process of a stack, and what can be done to it. The state file follows every change. */
export interface StackProcess {
  readonly name: string;
  readonly kind: 'service' | 'engine';
  readonly source: EngineSource | undefined;
  readonly host: string;
  readonly port: number;
  /** `http://host:port` of a service; the engine's own scheme for an engine. */
  readonly url: string;
  readonly pid: number;
  /** When it was last launched, in ms since the epoch; undefined before that. */
  readonly launchedAt: number | undefined;
  readonly log: LogSource;
  /** What it keeps on disk. */
  readonly dataDir: string;
  status(): Promise<ProcessStatus>;
  /** One look through its readiness probe; `reason` says what was seen when it is not ready. */
  probe(options?: {
    readonly timeoutMs?: number;
  }): Promise<{ readonly ready: true } | { readonly ready: false; readonly reason: string }>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Unplugs its network: nobody reaches it, and it reaches nobody. Only in a container. */
  isolate(): Promise<void>;
  /** Plugs it in again; does nothing where it is. */
  rejoin(): Promise<void>;
  isIsolated(): Promise<boolean>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Launches it again on the same port, with the same data, and returns when it is ready. */
  start(options?: { readonly signal?: AbortSignal }): Promise<void>;
}

/** A link that goes through the proxy, and what can be done to it. */
export interface StackLink extends LinkEnds {
  /** `from:to`, as on the command line; the name of its proxy too. */
  readonly name: string;
  /** Where the CLI finds the end that `from` connects to. */
  readonly host: string;
  readonly port: number;
  /** Whether what is between the CLI and the link accepts for it, and closes where it would refuse or reset. */
  readonly forwarded: boolean;
  /** What `from` is told, as the CLI would write it. */
  readonly url: string;
  /** Where the proxy connects: the address of `to`. */
  readonly upstream: { readonly host: string; readonly port: number };
  /** What the proxy says of it now. */
  state(): Promise<LinkState>;
  /** Adds a toxic, or changes the one of that name. */
  setToxic(toxic: Toxic): Promise<void>;
  /** Does nothing when there is none of that name. */
  removeToxic(name: string): Promise<void>;
  /** A disabled link refuses connections, and those that it had are closed. */
  setEnabled(enabled: boolean): Promise<void>;
  /** One look at `to` through the link, by its readiness probe. */
  probe(options?: {
    readonly timeoutMs?: number;
  }): Promise<{ readonly ready: true } | { readonly ready: false; readonly reason: string }>;
}
