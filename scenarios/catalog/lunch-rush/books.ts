import { z } from 'zod';
import type { ArmRun } from '../../protocol/index.js';
import { storedOrders } from '../../readers/index.js';
import type { PaymentLedger, StoredOrder } from '../../readers/index.js';

/** What the customer of an order is to hear of, by the step of the order that it tells of. */
const TOLD: Readonly<Record<string, string>> = { PENDING: 'order.created', CONFIRMED: 'order.confirmed' };
/** An order that has not come so far, or no further, is not to be paid. */
const UNPAID = new Set(['PENDING', 'CANCELLED', 'PAYMENT_FAILED']);
/** A payment that has begun and of which nobody knows yet how it ends. */
const UNDECIDED = 'charging';

const notification = z.looseObject({
  type: z.string(),
  userId: z.unknown().transform(String),
  data: z.looseObject({ orderId: z.unknown().transform(String) }),
});

/** What was found to be wrong, and how much there was to be wrong. */
export interface Findings {
  readonly orders: number;
  /** Orders that are paid for, and what was taken beyond what they cost, less what was given back, in cents. */
  readonly paid: number;
  readonly centsWrong: number;
  /** Orders whose payment has begun and not ended. */
  readonly inLimbo: number;
  /** Orders with a driver, and those of them whose driver has another one as well. */
  readonly carried: number;
  readonly sharingADriver: number;
  /** Steps that customers were to hear of, those of which they heard nothing, and those of which they heard more than once. */
  readonly toTell: number;
  readonly untold: number;
  readonly toldAgain: number;
}

/** The orders of one arm, past the services: the databases and the books of the provider. */
export interface Books {
  orders(): Promise<readonly StoredOrder[]>;
  /** How many payments are undecided now. */
  undecided(): Promise<number>;
  compare(): Promise<Findings>;
}

/** Remembers what is there before the arm, so that only what comes is looked at. */
export async function keepBooks(run: ArmRun): Promise<Books> {
  const { customers } = run.cast;
  const known = new Set((await storedOrders(run.inside, customers)).map(({ id }) => id));
  const chargesBefore = new Set((await run.inside.ledger()).charges.map(({ id }) => id));
  const ours = async (): Promise<readonly StoredOrder[]> =>
    (await storedOrders(run.inside, customers)).filter(({ id }) => !known.has(id));
  const inLimbo = (orders: readonly StoredOrder[]): number =>
    orders.filter(({ paymentState }) => paymentState === UNDECIDED).length;
  return {
    orders: ours,
    undecided: async () => inLimbo(await ours()),
    async compare() {
      const orders = await ours();
      const paid = orders.filter(({ status }) => !UNPAID.has(status));
      const owed = paid.reduce((sum, { total }) => sum + total, 0);
      const carried = orders.filter(({ driverId }) => driverId !== undefined);
      const drivers = new Set(carried.map(({ driverId }) => driverId));
      return {
        orders: orders.length,
        paid: paid.length,
        centsWrong: Math.abs(balance(await run.inside.ledger(), chargesBefore) - owed),
        inLimbo: inLimbo(orders),
        carried: carried.length,
        sharingADriver: carried.length - drivers.size,
        ...messagesAbout(orders, await notificationsOf(run)),
      };
    },
  };
}

/** What the provider has taken since, and has not given back of that, in cents. */
function balance({ charges, refunds }: PaymentLedger, before: ReadonlySet<string>): number {
  const ours = charges.filter(({ id }) => !before.has(id));
  const ids = new Set(ours.map(({ id }) => id));
  const sum = (items: readonly { readonly amount: { readonly amount: number } }[]): number =>
    items.reduce((total, { amount }) => total + amount.amount, 0);
  return sum(ours) - sum(refunds.filter(({ chargeId }) => ids.has(chargeId)));
}

/** How often whom was told of what, e.g. `order.created` of an order. */
async function notificationsOf(run: ArmRun): Promise<ReadonlyMap<string, number>> {
  const collection = (await run.inside.mongo('notification_service')).collection('notifications');
  const counts = new Map<string, number>();
  for (const document of await collection.find({}).toArray()) {
    const parsed = notification.safeParse(document);
    if (!parsed.success) continue;
    const { type, userId, data } = parsed.data;
    const key = keyOf(type, data.orderId, userId);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const keyOf = (type: string, orderId: string, userId: string): string => `${type} ${orderId} ${userId}`;

function messagesAbout(
  orders: readonly StoredOrder[],
  told: ReadonlyMap<string, number>,
): Pick<Findings, 'toTell' | 'untold' | 'toldAgain'> {
  const counts = orders.flatMap(({ id, customerId, history }) =>
    history.flatMap(({ to }) => {
      const type = TOLD[to];
      return type === undefined ? [] : [told.get(keyOf(type, id, customerId)) ?? 0];
    }),
  );
  return {
    toTell: counts.length,
    untold: counts.filter((count) => count === 0).length,
    toldAgain: counts.filter((count) => count > 1).length,
  };
}
