import { describe, expect, it } from 'vitest';
import { driverInvariants } from './driver-invariants.js';
import type { Findings } from './findings.js';
import { messagingInvariants } from './messaging-invariants.js';
import { orderInvariants } from './order-invariants.js';
import { paymentInvariants } from './payment-invariants.js';
import type { EventRecord, NotificationRecord, OrderRecord } from './world.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const PATH = ['PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY', 'DELIVERED'];
const EUR = (amount: number) => ({ amount, currency: 'EUR' });

/** An order that was delivered between two moments, and all that it leaves behind. */
function delivered(id: string, from: number, to: number) {
  const order: OrderRecord = {
    id,
    idempotencyKey: `key of ${id}`,
    status: 'DELIVERED',
    version: 7,
    customerId: 'customer',
    restaurantOwnerId: 'owner',
    driverId: 'driver',
    driverUserId: 'courier',
    total: 1500,
    history: PATH.map((step, index) => ({ from: PATH[index - 1] ?? null, to: step, at: at(index < 5 ? from : to) })),
    payment: { state: 'charged', chargeId: `charge of ${id}` },
    updatedAt: at(to),
  };
  const event = (type: string): EventRecord => ({
    id: `${type} of ${id}`,
    type,
    orderId: id,
    occurredAt: at(from),
    data: { customerId: 'customer', restaurantOwnerId: 'owner', driverUserId: 'courier', driverId: 'driver' },
  });
  const types = ['created', 'confirmed', 'preparing', 'ready', 'out_for_delivery', 'delivered'];
  const events = [...types.map((type) => event(`order.${type}`)), event('driver.assigned')];
  const note = (about: EventRecord, userId: string): NotificationRecord => ({
    id: `${about.id} to ${userId}`,
    eventId: about.id,
    userId,
    type: about.type,
    deliveries: [
      { channel: 'in_app', status: 'sent' },
      { channel: 'push', status: 'suppressed' },
      { channel: 'email', status: 'sent' },
    ],
  });
  const others: Readonly<Record<string, string>> = { 'order.confirmed': 'owner', 'driver.assigned': 'courier' };
  const notifications = events.flatMap((one) => {
    const other = others[one.type];
    return [note(one, 'customer'), ...(other === undefined ? [] : [note(one, other)])];
  });
  return { order, events, notifications };
}

function healthy(): Findings {
  const parts = [delivered('first', 0, 10), delivered('second', 11, 20)];
  const orders = parts.map(({ order }) => order);
  const notifications = parts.flatMap((part) => part.notifications);
  return {
    placed: { accepted: new Map(orders.map(({ idempotencyKey, id }) => [idempotencyKey, id])), refused: new Map() },
    orders,
    notifications,
    delivered: notifications.map(({ id }) => `${id}:email`),
    heldOrders: [],
    outboxes: 0,
    events: parts.flatMap((part) => part.events),
    parked: [],
    ledger: {
      charges: orders.map(({ id }) => ({
        id: `charge of ${id}`,
        idempotencyKey: id,
        amount: EUR(1500),
        status: 'succeeded',
      })),
      refunds: [],
    },
  };
}

const violated = (findings: Findings): readonly string[] =>
  [
    ...orderInvariants(findings),
    ...paymentInvariants(findings),
    ...driverInvariants(findings),
    ...messagingInvariants(findings),
  ]
    .filter(({ violations }) => violations.length > 0)
    .map(({ statement }) => statement);

const first = <T>(list: readonly T[], change: (one: T) => T): T[] => {
  const [head, ...rest] = list;
  return head === undefined ? [] : [change(head), ...rest];
};

const DEFECTS: readonly (readonly [
  defect: string,
  statement: string,
  inflict: (good: Findings) => Partial<Findings>,
])[] = [
  ['an order is lost', 'an accepted order is on record, once', ({ orders }) => ({ orders: orders.slice(1) })],
  [
    'an order is there twice',
    'an accepted order is on record, once',
    ({ orders }) => ({ orders: [...orders, ...orders.slice(0, 1).map((order) => ({ ...order, id: 'twin' }))] }),
  ],
  [
    'an order comes from nowhere',
    'an order on record was asked for',
    ({ placed }) => ({ placed: { ...placed, accepted: new Map([...placed.accepted].slice(1)) } }),
  ],
  [
    'an order is stuck',
    'an order has ended',
    ({ orders }) => ({ orders: first(orders, (order) => ({ ...order, status: 'READY' })) }),
  ],
  [
    'a step is missing',
    'its history is without a gap and by the rules',
    ({ orders }) => ({
      orders: first(orders, (order) => ({ ...order, history: order.history.filter((_, index) => index !== 2) })),
    }),
  ],
  [
    'a customer is charged twice',
    'an order is charged at most once, its total',
    ({ ledger }) => ({ ledger: { ...ledger, charges: [...ledger.charges, ...ledger.charges.slice(0, 1)] } }),
  ],
  [
    'a customer is charged too much',
    'an order is charged at most once, its total',
    ({ ledger }) => ({
      ledger: { ...ledger, charges: first(ledger.charges, (charge) => ({ ...charge, amount: EUR(1501) })) },
    }),
  ],
  [
    'food is given away',
    'what was delivered is paid; what came to nothing is not, or was given back',
    ({ ledger }) => ({ ledger: { ...ledger, charges: ledger.charges.slice(1) } }),
  ],
  [
    'a refund is too small',
    'a charge is given back at most once, whole',
    ({ ledger }) => ({
      ledger: { ...ledger, refunds: [{ id: 'refund', chargeId: 'charge of first', amount: EUR(1) }] },
    }),
  ],
  [
    'a payment is not settled',
    'the order knows what became of its money',
    ({ orders }) => ({
      orders: first(orders, (order) => ({ ...order, payment: { state: 'charging', nextAttemptAt: at(30) } })),
    }),
  ],
  [
    'an order has two drivers',
    'a delivered order had one driver, the one it names',
    ({ events }) => ({
      events: [
        ...events,
        ...events
          .filter(({ type }) => type === 'driver.assigned')
          .slice(0, 1)
          .map((event) => ({ ...event, id: 'again', data: { ...event.data, driverId: 'somebody' } })),
      ],
    }),
  ],
  [
    'a driver has two orders',
    'a driver has no two orders at once',
    ({ events }) => ({ events: events.map((event) => ({ ...event, occurredAt: at(5) })) }),
  ],
  ['a driver is not freed', 'no driver waits with an order that has ended', () => ({ heldOrders: ['first'] })],
  ['an event is lost', 'each step of an order became one event', ({ events }) => ({ events: events.slice(1) })],
  [
    'somebody is not told',
    'each event told each recipient once',
    ({ notifications }) => ({ notifications: notifications.slice(1) }),
  ],
  [
    'somebody is told twice',
    'each event told each recipient once',
    ({ notifications }) => ({ notifications: [...notifications, ...notifications.slice(0, 1)] }),
  ],
  [
    'an email is not sent',
    'on each channel once, and nothing is left to send',
    ({ delivered: sent }) => ({ delivered: sent.slice(1) }),
  ],
  ['an event waits for ever', 'the outboxes are empty', () => ({ outboxes: 1 })],
  [
    'a message is given up',
    'nothing was given up without a reason',
    () => ({ parked: [{ queue: 'a queue', orderId: 'first', reason: 'TypeError: it broke' }] }),
  ],
];

describe('the invariants', () => {
  it('hold where all went well', () => {
    expect(violated(healthy())).toEqual([]);
  });

  it.each(DEFECTS)('are violated when %s', (_, statement, inflict) => {
    const good = healthy();
    expect(violated({ ...good, ...inflict(good) })).toContain(statement);
  });
});
