import type { ArmRun } from '../protocol/index.js';

/** The service that tells people, and its queue. */
export const NOTIFIER = 'notification-service';
export const NOTIFIER_QUEUE = `${NOTIFIER}.events`;

/** How often the notification service has finished with a message, however that ended. */
export async function handled(run: ArmRun): Promise<number> {
  const metrics = await run.inside.metrics(NOTIFIER);
  const count = (outcome: string): number => metrics.value('messages_total', { queue: NOTIFIER_QUEUE, outcome }) ?? 0;
  return count('processed') + count('duplicate');
}

/** Waits until the notification service has finished with so many, and has sent everything that it planned. */
export async function untilTold(run: ArmRun, total: number): Promise<void> {
  await run.until(`${String(total)} messages are handled`, async () =>
    (await handled(run)) >= total ? true : undefined,
  );
  await run.until('no delivery is pending', async () => {
    const pending = (await run.inside.metrics(NOTIFIER)).value('notifications_pending');
    return pending === 0 ? true : undefined;
  });
}
