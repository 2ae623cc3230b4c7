import type { ArmRun } from '../protocol/index.js';

/** How many of these events the notification service has on record: each counts once, however often it was delivered. */
export async function recordedOf(run: ArmRun, eventIds: readonly string[]): Promise<number> {
  const notifications = (await run.inside.mongo('notification_service')).collection('notifications');
  return (await notifications.distinct('eventId', { eventId: { $in: [...eventIds] } })).length;
}
