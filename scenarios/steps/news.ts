import { z } from 'zod';
import type { ArmRun } from '../protocol/index.js';
import type { FreshEvent } from './fresh-events.js';

const notification = z.looseObject({
  eventId: z.string(),
  createdAt: z.date(),
  deliveries: z.array(z.looseObject({ channel: z.string() })),
});

/** What the notification service has made of an event. */
export interface News {
  /** An alert, an email: more than a line in the app. */
  readonly told: boolean;
  /** How long after the event it was put on record. */
  readonly ageMs: number;
}

/** Reads what is on record of these events; those that nobody has come to yet are left out. */
export async function newsOf(run: ArmRun, events: readonly FreshEvent[]): Promise<readonly News[]> {
  const at = new Map(events.map((event) => [event.id, event.at]));
  const notifications = (await run.inside.mongo('notification_service')).collection('notifications');
  const found = await notifications.find({ eventId: { $in: [...at.keys()] } }).toArray();
  return found.map((one) => {
    const { eventId, createdAt, deliveries } = notification.parse(one);
    const told = deliveries.some(({ channel }) => channel !== 'in_app');
    return { told, ageMs: createdAt.getTime() - (at.get(eventId) ?? createdAt.getTime()) };
  });
}
