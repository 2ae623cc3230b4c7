import type { EventEnvelope } from '@quickbite/shared/events';
import { Schema } from 'mongoose';
import type { Connection, Model, Types } from 'mongoose';
import type { HistoryEntry, Order, OrderItem, OrderPayment, OrderRating } from '../domain/order.js';
import { orderStatuses } from '../domain/order-states.js';
import type { StatementPosting } from '../domain/payment-webhook.js';

export const ORDERS = 'orders';

type IdField = 'id' | 'customerId' | 'restaurantId' | 'restaurantOwnerId' | 'driverId' | 'driverUserId';

/** An order as it is stored: ids and times in the database's own types. */
export interface OrderDocument extends Omit<
  Order,
  IdField | 'items' | 'history' | 'payment' | 'rating' | 'createdAt' | 'updatedAt'
> {
  readonly _id: Types.ObjectId;
  readonly customerId: Types.ObjectId;
  readonly restaurantId: Types.ObjectId;
  readonly restaurantOwnerId: Types.ObjectId;
  readonly driverId?: Types.ObjectId;
  readonly driverUserId?: Types.ObjectId;
  readonly items: readonly (Omit<OrderItem, 'menuItemId'> & { readonly menuItemId: Types.ObjectId })[];
  readonly history: readonly (Omit<HistoryEntry, 'at' | 'by'> & {
    readonly at: Date;
    readonly by: Types.ObjectId | null;
  })[];
  readonly payment?: Omit<OrderPayment, 'startedAt' | 'nextAttemptAt'> & {
    readonly startedAt?: Date;
    readonly nextAttemptAt?: Date;
  };
  /** What the payment provider told of it by webhook, each webhook once. */
  readonly paymentStatement?: readonly (Omit<StatementPosting, 'at' | 'once'> & { readonly at: Date })[];
  readonly rating?: Omit<OrderRating, 'at'> & { readonly at: Date };
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Customer and restaurant, while the order is PENDING and no second one may be. */
  readonly pendingKey?: string;
  readonly outbox: readonly EventEnvelope[];
}

const id = { type: Schema.Types.ObjectId, required: true };
const text = { type: String, required: true };
const time = { type: Date, required: true };
const money = { amount: { type: Number, required: true, min: 0 }, currency: text };
const point = {
  type: { type: String, enum: ['Point'], required: true },
  coordinates: { type: [Number], required: true },
};
const pricing = new Schema(
  {
    distanceMeters: { type: Number, required: true },
    baseDeliveryFee: money,
    surgeFee: money,
    surge: { multiplier: { type: Number, required: true }, cell: String, demand: Number, supply: Number },
  },
  { _id: false, strict: 'throw' },
);

const schema = new Schema<OrderDocument>(
  {
    customerId: id,
    restaurantId: id,
    restaurantName: text,
    restaurantCuisine: text,
    restaurantOwnerId: id,
    restaurantLocation: point,
    deliveryLocation: point,
    items: [{ _id: false, menuItemId: id, name: text, unitPrice: money, quantity: { type: Number, required: true } }],
    itemsTotal: money,
    deliveryFee: money,
    total: money,
    pricing: { type: pricing, required: true },
    status: { type: String, enum: orderStatuses, required: true },
    version: { type: Number, required: true },
    driverId: Schema.Types.ObjectId,
    driverUserId: Schema.Types.ObjectId,
    history: [
      {
        _id: false,
        from: { type: String, default: null },
        to: text,
        at: time,
        by: { type: Schema.Types.ObjectId, default: null },
      },
    ],
    pendingKey: String,
    idempotencyKey: text,
    requestHash: text,
    payment: {
      type: new Schema(
        {
          state: text,
          chargeId: String,
          refundId: String,
          attempts: { type: Number, required: true },
          startedAt: Date,
          nextAttemptAt: Date,
        },
        { _id: false, strict: 'throw' },
      ),
      required: false,
    },
    paymentStatement: {
      type: [{ _id: false, webhookId: text, type: text, amount: money, at: time }],
      default: undefined,
    },
    rating: {
      type: new Schema(
        { stars: { type: Number, required: true }, comment: String, at: time },
        { _id: false, strict: 'throw' },
      ),
      required: false,
    },
    createdAt: time,
    updatedAt: time,
    outbox: [Schema.Types.Mixed],
  },
  { collection: ORDERS, versionKey: false, strict: 'throw' },
);
// The defence against two orders for one key: it holds whatever the code before it has read.
schema.index({ customerId: 1, idempotencyKey: 1 }, { unique: true });
// Orders that are not PENDING have no such key, and are not in this index.
schema.index({ pendingKey: 1 }, { unique: true, sparse: true });
schema.index({ customerId: 1, _id: -1 });
schema.index({ restaurantOwnerId: 1, _id: -1 });
schema.index({ driverUserId: 1, _id: -1 });
schema.index({ 'outbox.id': 1 });
// What the worker asks for every second: few have a next attempt, and PENDING orders do not stay for long.
schema.index({ 'payment.nextAttemptAt': 1 }, { sparse: true });
schema.index({ status: 1, createdAt: 1 });

/** Registers the model and creates its indexes. */
export async function createOrderModel(connection: Connection): Promise<Model<OrderDocument>> {
  const model = connection.model<OrderDocument>('Order', schema);
  await model.createIndexes();
  return model;
}
