import { z } from 'zod';
import type { Readers } from './open-readers.js';

const step = z.object({ from: z.string().nullable(), to: z.string() });
const document = z.looseObject({
  _id: z.unknown().transform(String),
  customerId: z.unknown().transform(String),
  restaurantId: z.unknown().transform(String),
  status: z.string(),
  version: z.number(),
  total: z.looseObject({ amount: z.number() }),
  history: z.array(step.loose()),
  payment: z.looseObject({ state: z.string() }).optional(),
  driverId: z.unknown().transform(String).optional(),
});

/** An order as it is in the database of order-service. */
export interface StoredOrder {
  readonly id: string;
  readonly customerId: string;
  readonly restaurantId: string;
  readonly status: string;
  readonly version: number;
  /** In cents. */
  readonly total: number;
  readonly history: readonly z.infer<typeof step>[];
  readonly paymentState: string | undefined;
  /** Of the driver who carries it, where one does. */
  readonly driverId: string | undefined;
}

/** Reads all orders of some customers from the database, oldest first: whatever the API said of them. */
export async function storedOrders(
  inside: Pick<Readers, 'mongo'>,
  customers: readonly { readonly id: string }[],
): Promise<readonly StoredOrder[]> {
  const { ObjectId } = await import('mongodb');
  const ids = customers.map(({ id }) => new ObjectId(id));
  const orders = (await inside.mongo('order_service')).collection('orders');
  const found = await orders
    .find({ customerId: { $in: ids } })
    .sort({ _id: 1 })
    .toArray();
  return found.map((one) => {
    const { _id: id, total, payment, ...order } = document.parse(one);
    const { customerId, restaurantId, status, version, history, driverId } = order;
    return {
      ...{ id, customerId, restaurantId, status, version, history, driverId },
      total: total.amount,
      paymentState: payment?.state,
    };
  });
}
