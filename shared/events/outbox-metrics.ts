import type { Metrics } from '../metrics/index.js';

/** How much waits, and since when. */
export interface OutboxBacklog {
  readonly events: number;
  /** When the oldest waiting event happened; undefined when none waits. */
  readonly oldest: Date | undefined;
}

/** Publishes what waits in an outbox. An age that grows means that events are not getting out. */
export function exposeOutbox(backlog: () => Promise<OutboxBacklog>, metrics: Metrics): void {
  metrics.watch({
    name: 'outbox_events',
    help: 'Events that wait for publication',
    read: async () => [{ value: (await backlog()).events }],
  });
  metrics.watch({
    name: 'outbox_oldest_event_age_seconds',
    help: 'Age of the event that has waited longest for publication; 0 when none waits',
    read: async () => {
      const { oldest } = await backlog();
      return [{ value: oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest.getTime()) / 1000) }];
    },
  });
}
