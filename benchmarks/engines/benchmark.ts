/** A server to measure: how it is started on a port, with a data folder of its own. */
export interface Contender {
  /** `embedded`, or the installed server with its version. */
  readonly title: string;
  readonly command: string;
  readonly args: (port: number, folder: string) => readonly string[];
  readonly env?: (port: number, folder: string) => NodeJS.ProcessEnv;
  /** What is left to end once the process has: a helper that outlives it. */
  readonly afterwards?: (port: number) => Promise<void>;
}

/** A client that is connected and has what it asks about. */
export interface ConnectedClient {
  /** Makes one request and resolves when it was answered. Rejects on any answer but the right one. */
  once(): Promise<void>;
  close(): Promise<void>;
}

/** One kind of load. */
export interface Workload {
  readonly title: string;
  /** How many clients there are, each with one request under way at a time. */
  readonly clients: number;
  /** How many operations one request holds: a pipeline of 50 GETs has 50. */
  readonly operationsPerRequest: number;
  /** What the embedded engine is to reach on two quiet cores. */
  readonly goal?: { readonly perSecond?: number; readonly p99Ms?: number };
  /** Called for each client in turn, the first of which may prepare the data. */
  readonly connect: (port: number, client: number) => Promise<ConnectedClient>;
}

/** What is measured of one engine, on each of its contenders. */
export interface EngineBenchmark {
  /** The embedded engine, and the server that is installed here, if one is. */
  readonly contenders: () => readonly Contender[];
  /** Whether the server at the port answers a request of its protocol. */
  readonly answers: (port: number) => Promise<boolean>;
  readonly workloads: readonly Workload[];
  /** For the embedded engine: from spawn to the first answer, and memory once it has come to rest. */
  readonly goals: { readonly readyMs: number; readonly restMb: number };
}

/** What one round of load came to. */
export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server and its children for one operation; undefined where /proc does not say. */
  readonly cpuMicros: number | undefined;
}
