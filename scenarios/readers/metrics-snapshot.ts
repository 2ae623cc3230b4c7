/** Labels that a series must have; others are not looked at. */
export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** The metrics of a service at one moment, in Prometheus's text format. */
export class MetricsSnapshot {
  readonly #series: readonly Series[];

  constructor(series: readonly Series[]) {
    this.#series = series;
  }

  /** Reads the text of `/metrics`. A line that is not a series is passed over. */
  static parse(text: string): MetricsSnapshot {
    return new MetricsSnapshot(text.split('\n').flatMap((line) => parseLine(line)));
  }

  /** The sum of all series of that name which have those labels; undefined when there is none. */
  value(name: string, labels: Labels = {}): number | undefined {
    const found = this.#series.filter((series) => series.name === name && hasLabels(series, labels));
    return found.length === 0 ? undefined : found.reduce((sum, series) => sum + series.value, 0);
  }

  /** How much a counter has grown since an earlier snapshot. A series that was not there yet began at 0. */
  since(earlier: MetricsSnapshot, name: string, labels: Labels = {}): number {
    return (this.value(name, labels) ?? 0) - (earlier.value(name, labels) ?? 0);
  }

  /** What the process itself uses. */
  get process(): ProcessUsage {
    return {
      memoryBytes: this.value('process_resident_memory_bytes') ?? 0,
      heapBytes: this.value('nodejs_heap_size_used_bytes') ?? 0,
      cpuSeconds: this.value('process_cpu_seconds_total') ?? 0,
      openSockets: this.value('nodejs_active_resources', { type: 'TCPSocketWrap' }) ?? 0,
      openFiles: this.value('process_open_fds') ?? 0,
      eventLoopDelayMs: 1000 * (this.value('nodejs_eventloop_lag_p99_seconds') ?? 0),
    };
  }
}

/** What a process uses, from the usual metrics of `prom-client`. */
export interface ProcessUsage {
  readonly memoryBytes: number;
  readonly heapBytes: number;
  /** Since its start. */
  readonly cpuSeconds: number;
  /** Connections in and out. */
  readonly openSockets: number;
  /** File descriptors, sockets included; 0 where the system does not say. */
  readonly openFiles: number;
  /** 99 % of the turns of its event loop were not later than this; an idle process shows the 10 ms of the measuring timer. */
  readonly eventLoopDelayMs: number;
}

function hasLabels(series: Series, labels: Labels): boolean {
  return Object.entries(labels).every(([name, value]) => series.labels[name] === value);
}

function parseLine(line: string): readonly Series[] {
  const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return [
    {
      name,
      value: Number(value),
      labels: Object.fromEntries(pairs.map(([, key = '', text = '']) => [key, text.replace(/\\(["\\])/g, '$1')])),
    },
  ];
}
