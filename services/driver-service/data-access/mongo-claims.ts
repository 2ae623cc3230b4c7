import { batched, isDuplicateKey } from '@quickbite/shared/database';
import { Types } from 'mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import type { Claims } from '../domain/claims.js';
import type { Driver } from '../domain/driver.js';
import { dayOf, toDriver } from './driver-model.js';
import type { DriverDocument } from './driver-model.js';

/** Unanswered offers that are handled in one go. */
const BATCH = 100;

/** Who has which order, in the documents of the drivers. */
export function createClaims(model: Model<DriverDocument>, now: () => Date): Claims {
  async function update(
    filter: QueryFilter<DriverDocument>,
    change: UpdateQuery<DriverDocument>,
  ): Promise<Driver | undefined> {
    const document = await model.findOneAndUpdate(filter, change, { returnDocument: 'after' }).lean<DriverDocument>();
    return document ? toDriver(document, now()) : undefined;
  }
  const areHeld = batched(async (orderIds: readonly Types.ObjectId[]) => {
    const held = await model.collection.distinct('currentOrderId', { currentOrderId: { $in: [...orderIds] } });
    return orderIds.map((id) => held.some((one) => id.equals(one as Types.ObjectId)));
  });
  const free = { status: 'available' as const };
  const nothing = { currentOrderId: 1, offer: 1 };

  return {
    isHeld: async (orderId) => areHeld(new Types.ObjectId(orderId)),
    async claim(driverId, { orderId, event, acceptWithinMs, atomic }) {
      const available = { _id: driverId, status: 'available' as const };
      if (!atomic && (await model.exists(available)) === null) return 'lost';
      const at = now();
      const taken = { status: 'busy' as const, currentOrderId: new Types.ObjectId(orderId), updatedAt: at };
      try {
        const { matchedCount } = await model.updateOne(
          atomic ? available : { _id: driverId },
          acceptWithinMs === undefined
            ? { $set: taken, $push: { outbox: event } }
            : { $set: { ...taken, offer: { event, expiresAt: new Date(at.getTime() + acceptWithinMs) } } },
        );
        return matchedCount === 1 ? 'claimed' : 'lost';
      } catch (error) {
        if (isDuplicateKey(error)) return 'held';
        throw error;
      }
    },
    async accept(userId, orderId) {
      const offered = await model.findOne({ userId, currentOrderId: orderId }, { offer: 1 }).lean<DriverDocument>();
      if (!offered?.offer) return undefined;
      const at = now();
      const { event } = offered.offer;
      return update(
        { _id: offered._id, 'offer.event.id': event.id, 'offer.expiresAt': { $gt: at } },
        {
          $set: { lastSeenAt: at, updatedAt: at },
          $unset: { offer: 1 },
          $push: { outbox: { ...event, occurredAt: at.toISOString() } },
        },
      );
    },
    withdraw: ({ driverId, orderId }) =>
      update(
        { _id: driverId, currentOrderId: orderId, offer: { $exists: true } },
        { $set: { ...free, updatedAt: now() }, $unset: nothing },
      ),
    async unanswered() {
      const found = await model
        .find({ 'offer.expiresAt': { $lte: now() } }, { currentOrderId: 1 })
        .limit(BATCH)
        .lean<DriverDocument[]>();
      return found.map(({ _id, currentOrderId }) => ({ driverId: String(_id), orderId: String(currentOrderId) }));
    },
    async release(orderId, delivered) {
      const at = now();
      const idle = { ...free, updatedAt: at };
      if (!delivered) return update({ currentOrderId: orderId }, { $set: idle, $unset: nothing });
      // Delivering is a sign of life, too. Who carries the order is matched by one of the two at most, and only once.
      const [day, seen] = [dayOf(at), { ...idle, lastSeenAt: at }];
      const another = { 'metrics.deliveriesToday': 1, 'metrics.totalDeliveries': 1 };
      const first = { ...seen, 'metrics.day': day, 'metrics.deliveriesToday': 1 };
      return (
        (await update(
          { currentOrderId: orderId, 'metrics.day': day },
          { $set: seen, $unset: nothing, $inc: another },
        )) ??
        (await update(
          { currentOrderId: orderId, 'metrics.day': { $ne: day } },
          { $set: first, $unset: nothing, $inc: { 'metrics.totalDeliveries': 1 } },
        ))
      );
    },
  };
}
