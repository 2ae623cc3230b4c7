import type { Metrics } from '@quickbite/shared/metrics';

/** What became of positions since the start. */
export interface PositionCounts {
  /** Sent by drivers. */
  received: number;
  /** Written to the database: each time the newest of each driver. */
  written: number;
  /** Those of `written` that were tried for the history; the database takes one in each interval. */
  history: number;
}

/** Publishes how many positions come and how few of them are written. */
export function exposePositions(metrics: Metrics): PositionCounts {
  const counts: PositionCounts = { received: 0, written: 0, history: 0 };
  metrics.watch({
    name: 'driver_positions',
    help: 'Positions of drivers since the start: received, written to the database, and of those tried for the history',
    labelNames: ['step'],
    read: () => Object.entries(counts).map(([step, value]) => ({ labels: { step }, value: Number(value) })),
  });
  return counts;
}
