import { ObjectId } from 'mongodb';
import type { Person } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';
import type { PlacedOrder } from '../../steps/index.js';

/** Digits of an order's id that messages name it by. */
const SHORT_ID_DIGITS = 6;

/** Customers who can be reached by push, SMS and email, and are new: how to reach somebody is kept for a minute. */
export function makeCustomers(run: ArmRun, count: number): Promise<readonly Person[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const person = await run.newPerson('customer');
      const api = run.api(person);
      (await api.patch('/api/users/me', { phone: `+49151000000${String(10 + n)}` })).expect(200);
      (await api.put('/api/users/me/devices', { token: `phone-of-${person.id}`, platform: 'ios' })).expect(200);
      const preferences = {
        channels: { email: true, sms: true, push: true, inApp: true },
        marketing: false,
        quietHours: { enabled: false, from: '22:00', to: '08:00' },
        timeZone: 'UTC',
      };
      (await api.put('/api/users/me/preferences', preferences)).expect(200);
      return person;
    }),
  );
}

/** How many messages about an order have arrived, on each channel and together. */
export async function arrivals(
  run: ArmRun,
  { id, customerId }: PlacedOrder,
): Promise<{ readonly all: number; readonly push: number; readonly sms: number; readonly email: number }> {
  const { items } = await run.inside.mailbox({ userId: customerId });
  const about = items.filter(({ text }) => text.includes(`#${id.slice(-SHORT_ID_DIGITS)}`));
  const by = (channel: string): number => about.filter((one) => one.channel === channel).length;
  return { all: about.length, push: by('push'), sms: by('sms'), email: by('email') };
}

/** Waits until a push about each of the orders has been tried at least twice. */
export async function untilTriedTwice(run: ArmRun, orders: readonly PlacedOrder[]): Promise<void> {
  const records = (await run.inside.mongo('notification_service')).collection('notifications');
  await run.until('a push about each order was tried twice', async () => {
    const tried = await records.countDocuments({
      'data.orderId': { $in: orders.map(({ id }) => new ObjectId(id)) },
      deliveries: { $elemMatch: { channel: 'push', attempts: { $gte: 2 } } },
    });
    return tried === orders.length ? true : undefined;
  });
}
