import { groupBy, invariant } from './findings.js';
import type { Findings, Invariant } from './findings.js';
import type { EventRecord } from './world.js';

/** Who is told, as docs/contracts.md and the texts have it; the fields of the event that name them. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'order.created': ['customerId'],
  'order.confirmed': ['customerId', 'restaurantOwnerId'],
  'order.preparing': ['customerId'],
  'order.ready': ['customerId'],
  'order.out_for_delivery': ['customerId'],
  'order.delivered': ['customerId'],
  'order.cancelled': ['customerId'],
  'order.payment_failed': ['customerId'],
  'driver.assigned': ['customerId', 'driverUserId'],
};

const eventOf = (status: string): string => (status === 'PENDING' ? 'order.created' : `order.${status.toLowerCase()}`);

/** What must hold for all events and all that is made of them. */
export function messagingInvariants(findings: Findings): readonly Invariant[] {
  const { orders, events, notifications, delivered, outboxes, parked } = findings;
  const eventsOf = groupBy(events, ({ orderId }) => orderId);
  const notificationsOf = groupBy(notifications, ({ eventId }) => eventId);
  const status = new Map(orders.map((order) => [order.id, order.status]));
  const deliveredSet = new Set(delivered);
  const told = events.filter(({ type }) => type in TOLD);
  return [
    invariant('each step of an order became one event', orders, ({ id, history }) => {
      const expected = history.map(({ to }) => eventOf(to)).sort();
      const found = (eventsOf.get(id) ?? []).map(({ type }) => type).filter((type) => type.startsWith('order.'));
      return expected.join() === found.sort().join()
        ? undefined
        : `${id} took ${expected.join()}, told ${found.join()}`;
    }),
    invariant('each event told each recipient once', told, (event) => {
      const expected = recipientsOf(event).sort();
      const found = (notificationsOf.get(event.id) ?? []).map(({ userId }) => userId).sort();
      return expected.join() === found.join()
        ? undefined
        : `${event.type} of ${event.orderId}: expected ${expected.join()}, told ${found.join() || 'nobody'}`;
    }),
    invariant('on each channel once, and nothing is left to send', notifications, ({ id, type, deliveries }) => {
      const channels = deliveries.map(({ channel }) => channel);
      const twice = new Set(channels).size !== channels.length;
      const open = deliveries.some((one) => one.status === 'pending');
      const sent = deliveries.filter((one) => one.status === 'sent' && one.channel !== 'in_app');
      const lost = sent.some(({ channel }) => !deliveredSet.has(`${id}:${channel}`));
      return twice || open || lost ? `${type} ${id}: ${JSON.stringify(deliveries)}` : undefined;
    }),
    invariant('the outboxes are empty', [outboxes], (count) => (count === 0 ? undefined : `${count} documents wait`)),
    invariant('nothing was given up without a reason', parked, ({ queue, orderId, reason }) =>
      reason.startsWith('NoDriverAvailable') && status.get(orderId ?? '') === 'CANCELLED'
        ? undefined
        : `${queue} gave up ${orderId ?? 'something'}: ${reason}`,
    ),
  ];
}

function recipientsOf({ type, data }: EventRecord): string[] {
  return (TOLD[type] ?? []).map((field) => String(data[field]));
}
