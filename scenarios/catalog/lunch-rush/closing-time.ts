import { randomUUID } from 'node:crypto';
import type { ArmRun } from '../../protocol/index.js';
import type { StoredOrder } from '../../readers/index.js';

const ENDED = new Set(['CANCELLED', 'DELIVERED', 'PAYMENT_FAILED']);
const AT_ONCE = 8;
const TRIES = 3;
const FREE_WITHIN_MS = 10_000;

/** Ends what the rush has left, so that what comes next finds free drivers: every order is cancelled. */
export async function closeForToday(run: ArmRun, orders: readonly StoredOrder[]): Promise<void> {
  const open = orders.filter(({ status }) => !ENDED.has(status));
  for (let from = 0; from < open.length; from += AT_ONCE) {
    await Promise.all(open.slice(from, from + AT_ONCE).map((order) => cancel(run, order)));
  }
  const drivers = (await run.inside.mongo('driver_service')).collection('drivers');
  const { ObjectId } = await import('mongodb');
  const ours = run.cast.drivers.map(({ profileId }) => new ObjectId(profileId));
  await run.until(
    'the drivers are free again',
    async () =>
      (await drivers.countDocuments({ _id: { $in: ours }, status: 'available' })) === ours.length || undefined,
    FREE_WITHIN_MS,
  );
}

/** Its driver may come meanwhile, and with him another version. */
async function cancel(run: ArmRun, { id, customerId, version }: StoredOrder): Promise<void> {
  const api = run.api(run.cast.customers.find((one) => one.id === customerId));
  for (let ahead = 0; ahead < TRIES; ahead += 1) {
    const body = { to: 'CANCELLED', version: version + ahead };
    const { status } = await api.post(`/api/orders/${id}/transitions`, body, { idempotencyKey: randomUUID() });
    if (status === 200) return;
  }
}
