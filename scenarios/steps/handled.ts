import type { ArmRun } from '../protocol/index.js';

/** The service that tells people, and its queue. */
export const NOTIFIER = 'notification-service';
export const NOTIFIER_QUEUE = `${NOTIFIER}.events`;

/** The consumer has to reconnect first, with a growing pause, and works through everything once more. */
const TOLD_WITHIN_MS = 30_000;

/** How often the notification service has finished with a message, however that ended. */
export async function handled(run: ArmRun): Promise<number> {
  const metrics = await run.inside.metrics(NOTIFIER);
  const count = (outcome: string): number => metrics.value('messages_total', { queue: NOTIFIER_QUEUE, outcome }) ?? 0;
  return count('processed') + count('duplicate');
}

/** Waits until the notification service has finished with so many, and has sent everything that it planned. */
export async function untilTold(run: ArmRun, total: number): Promise<void> {
  const done = async (): Promise<true | undefined> => ((await handled(run)) >= total ? true : undefined);
  await run.until(`${String(total)} messages are handled`, done, TOLD_WITHIN_MS);
  const sent = async (): Promise<true | undefined> =>
    (await run.inside.metrics(NOTIFIER)).value('notifications_pending') === 0 ? true : undefined;
  await run.until('no delivery is pending', sent, TOLD_WITHIN_MS);
}
