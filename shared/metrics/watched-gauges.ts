import { setTimeout as delay } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** A gauge that is read when Prometheus asks, not when its value changes. */
export interface WatchedGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** One entry a series. What it rejects with, or takes longer than half a second for, leaves its series out of this scrape. */
  readonly read: () => readonly GaugeSeries[] | Promise<readonly GaugeSeries[]>;
}

/** One series of a gauge. */
export interface GaugeSeries {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A source that hangs (a paused broker) must not make the whole scrape hang. */
const READ_TIMEOUT_MS = 500;

/**
 * Creates the function that adds watched gauges to a registry. Several sources may share a name, each with its own series: two
 * consumers report their queues under `queue_messages`.
 */
export function createWatch(registry: Registry): (gauge: WatchedGauge) => void {
  const sources = new Map<string, WatchedGauge['read'][]>();
  return function watch({ name, help, labelNames = [], read }) {
    const known = sources.get(name);
    if (known) {
      known.push(read);
      return;
    }
    const reads = [read];
    sources.set(name, reads);
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const series = await Promise.all(reads.map(seriesOf));
        this.reset();
        for (const { labels = {}, value } of series.flat()) this.set(labels, value);
      },
    });
  };
}

async function seriesOf(read: WatchedGauge['read']): Promise<readonly GaugeSeries[]> {
  const done = new AbortController();
  try {
    const late = delay(READ_TIMEOUT_MS, [], { signal: done.signal });
    return await Promise.race([Promise.resolve(read()), late]);
  } catch {
    return [];
  } finally {
    done.abort();
  }
}
