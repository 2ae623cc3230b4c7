import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { PaymentRecords } from '../domain/order-repository.js';
import { notPosted, statementLine } from './payment-statement.js';
import { toOrder } from './order-mapping.js';
import { ORDERS } from './order-model.js';
import type { OrderDocument } from './order-model.js';

const NOTHING_LEFT = { $unset: { 'payment.nextAttemptAt': 1 } } as const;

/** The payments inside the orders in MongoDB. */
export function createPaymentRecords(model: Model<OrderDocument>): PaymentRecords {
  // Twice for every order: past Mongoose.
  const collection = model.db.collection<OrderDocument>(ORDERS);
  return {
    async begin(id, times) {
      const { matchedCount } = await collection.updateOne(
        { _id: new Types.ObjectId(id), status: 'PENDING' },
        { $set: { payment: { state: 'charging', attempts: 0, ...times } } },
      );
      return matchedCount === 1;
    },
    async recordCharge(id, chargeId) {
      await model.updateOne(
        { _id: id, 'payment.state': 'charging' },
        { $set: { 'payment.state': 'charged', 'payment.chargeId': chargeId } },
      );
    },
    async recordRefund(id, refundId) {
      await model.updateOne(
        { _id: id },
        { $set: { 'payment.state': 'refunded', 'payment.refundId': refundId }, ...NOTHING_LEFT },
      );
    },
    async recordVoid(id) {
      await model.updateOne(
        { _id: id, 'payment.state': 'charging' },
        { $set: { 'payment.state': 'voided' }, ...NOTHING_LEFT },
      );
    },
    async claimDue(now, until) {
      const document = await model
        .findOneAndUpdate(
          { 'payment.nextAttemptAt': { $lte: now } },
          { $set: { 'payment.nextAttemptAt': until }, $inc: { 'payment.attempts': 1 } },
          { returnDocument: 'after', projection: { outbox: 0 }, sort: { 'payment.nextAttemptAt': 1 } },
        )
        .lean<OrderDocument>();
      return document ? toOrder(document) : undefined;
    },
    async postpone(id, nextAttemptAt) {
      await model.updateOne(
        { _id: id, 'payment.nextAttemptAt': { $gt: new Date(0) } },
        { $set: { 'payment.nextAttemptAt': nextAttemptAt } },
      );
    },
    async post(id, posting) {
      const { matchedCount } = await collection.updateOne(
        { _id: new Types.ObjectId(id), ...notPosted(posting) },
        { $push: { paymentStatement: statementLine(posting) } },
      );
      return matchedCount === 1;
    },
    async close(id) {
      await model.updateOne({ _id: id }, NOTHING_LEFT);
    },
  };
}
