/**
 * A service or an engine, described once as plain data and interpreted by every launcher.
 *
 * Strings may hold placeholders that the launcher fills in when it knows where things run:
 * `{self.port}`, `{self.dataDir}`, `{self.bind}`, the address to listen on, `{self.callers}`, where the CLI calls from, `{<name>.host}`, `{<name>.port}`, `{<name>.url}` of another definition,
 * `{self.noticeMs}`, for how long it goes on serving when it is asked to end,
 * `{<name>.urls}`, the comma-separated addresses of all its instances, `{secret.<name>}`, a random value made for the stack, and `{free-port.<name>}`, one more port that nothing else uses.
 */
interface Definition {
  /** The name in the state file, in logs and on the command line, e.g. `restaurant-service` or `mongo`. */
  readonly name: string;
  /** One line for `quickbite status`. */
  readonly summary: string;
  /** Default port; a taken one moves. */
  readonly port: number;
  /** Names that must be ready before this one starts. */
  readonly dependsOn: readonly string[];
  readonly readiness: Readiness;
  /** Environment of the process, placeholders allowed. */
  readonly env: Readonly<Record<string, string>>;
  /** Left out of a boot that names nothing: booted only when something asks for it. */
  readonly onDemand?: true;
}

/** How to see that a process serves. Interpreted in `runtime/probes`. */
export type Readiness =
  | { readonly type: 'http'; readonly path: string }
  | { readonly type: 'mongo-hello' }
  | { readonly type: 'redis-ping' }
  | { readonly type: 'amqp-open' };

/** One of our six programs, or the payment provider that we imitate. */
export interface ServiceDef extends Definition {
  readonly kind: 'service';
  /** Entry file, relative to the repository's root; run with Node. */
  readonly entry: string;
}

/** Where an engine comes from: the real server, installed on this machine or in its own image, or the embedded one. */
export type EngineSource = 'native' | 'embedded';

/** A backing service: mongo, redis, rabbitmq or toxiproxy. */
export interface EngineDef extends Definition {
  readonly kind: 'engine';
  /** Entry file of the embedded server, relative to the repository's root; run with Node. */
  readonly embedded: { readonly entry: string; readonly args: readonly string[] };
  /** Servers that may be installed, best first; undefined when there is none to look for. */
  readonly native: readonly NativeServer[];
  readonly image: EngineImage;
}

/** The real server as an image. It listens on the usual port. */
export interface EngineImage {
  /** E.g. `mongo:7.0`. */
  readonly name: string;
  /** The environment variable that names another. */
  readonly setting: string;
  /** What to run in it, where that is not what it runs by itself. */
  readonly command?: readonly string[];
  /** Where it keeps its data, where it keeps any. */
  readonly dataDir?: string;
}

/** An engine's server program, as a system package installs it. */
export interface NativeServer {
  /** Looked for on PATH, or an absolute path. */
  readonly binary: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type ProcessDef = ServiceDef | EngineDef;
