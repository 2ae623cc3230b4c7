import type { ArmRun } from '../../protocol/index.js';
import type { Books } from './books.js';

/** Consumers reconnect with growing pauses, and work through what has gathered. */
const QUIET_WITHIN_MS = 8_000;
const LOOK_AGAIN_MS = 500;

/** Who consumes or publishes, and what each of them reports when nothing waits there. */
const SERVICES = ['order-service', 'driver-service', 'notification-service'];
const WAITING = ['outbox_events', 'queue_messages', 'notifications_pending'];

/**
 * Waits until nothing is on its way, twice in a row. It may never become quiet where things were lost or do not end; what the books
 * say then is how it is.
 */
export async function untilQuiet(run: ArmRun, books: Books): Promise<void> {
  let before: number | undefined;
  await run.within(QUIET_WITHIN_MS, async () => {
    const handled = await handledIfNothingWaits(run, books);
    const quiet = handled !== undefined && handled === before;
    before = handled;
    if (quiet) return true;
    await run.wait(LOOK_AGAIN_MS);
    return undefined;
  });
}

/** @returns how many messages were handled so far; undefined while something waits, or while that cannot be said */
async function handledIfNothingWaits(run: ArmRun, books: Books): Promise<number | undefined> {
  if ((await books.undecided()) > 0) return undefined;
  let handled = 0;
  for (const service of SERVICES) {
    const metrics = await run.inside.metrics(service);
    // While the broker is away its queues are not in the metrics.
    if (metrics.value('queue_messages') === undefined) return undefined;
    if (WAITING.some((name) => (metrics.value(name) ?? 0) > 0)) return undefined;
    handled += metrics.value('messages_total') ?? 0;
  }
  return handled;
}
