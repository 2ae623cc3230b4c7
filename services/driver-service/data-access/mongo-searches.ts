import { batched } from '@quickbite/shared/database';
import type { EventData } from '@quickbite/shared/events';
import { currentContext, incomingContext } from '@quickbite/shared/logging';
import type { RequestContext } from '@quickbite/shared/logging';
import { Schema, Types } from 'mongoose';
import type { Connection } from 'mongoose';
import type { Search, Searches } from '../domain/claims.js';

interface SearchDocument {
  readonly _id: Types.ObjectId;
  readonly order: EventData<'order.confirmed'>;
  readonly context: RequestContext;
  readonly declinedBy: readonly string[];
  readonly nextTryAt?: Date;
  readonly openedAt: Date;
}

/** Seconds: nobody waits a day for a meal. */
const REMEMBERED_SECONDS = 24 * 3600;
/** Searches that are handled in one go. */
const BATCH = 100;

const schema = new Schema<SearchDocument>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    order: { type: Schema.Types.Mixed, required: true },
    context: { type: Schema.Types.Mixed, required: true },
    declinedBy: [String],
    nextTryAt: Date,
    openedAt: { type: Date, required: true },
  },
  { collection: 'searches', versionKey: false, strict: 'throw' },
);
schema.index({ nextTryAt: 1 }, { sparse: true });
schema.index({ openedAt: 1 }, { expireAfterSeconds: REMEMBERED_SECONDS });

/** Orders that are offered around, in MongoDB, forgotten after a day. */
export async function createSearches(connection: Connection, now: () => Date): Promise<Searches> {
  const model = connection.model<SearchDocument>('Search', schema);
  await model.createIndexes();
  const findByOrders = batched(async (ids: readonly Types.ObjectId[]) => {
    const found = await model.find({ _id: { $in: [...ids] } }).lean<SearchDocument[]>();
    return ids.map((id) => found.find(({ _id }) => _id.equals(id)));
  });
  return {
    async open(order) {
      const context = currentContext() ?? incomingContext({});
      const fresh = { order, context, declinedBy: [], openedAt: now() };
      await model.updateOne({ _id: order.orderId }, { $setOnInsert: fresh }, { upsert: true });
    },
    async find(orderId) {
      const found = await findByOrders(new Types.ObjectId(orderId));
      return found ? toSearch(found) : undefined;
    },
    async decline({ orderId, driverId }) {
      await model.updateOne({ _id: orderId }, { $addToSet: { declinedBy: driverId }, $set: { nextTryAt: now() } });
    },
    async due() {
      const found = await model
        .find({ nextTryAt: { $lte: now() } })
        .limit(BATCH)
        .lean<SearchDocument[]>();
      return found.map(toSearch);
    },
    async schedule({ order, declinedBy }, nextTryAt) {
      await model.updateOne(
        { _id: order.orderId, declinedBy: { $size: declinedBy.length } },
        nextTryAt ? { $set: { nextTryAt } } : { $unset: { nextTryAt: 1 } },
      );
    },
    async end(orderId) {
      await model.deleteOne({ _id: orderId });
    },
  };
}

function toSearch({ order, context, declinedBy, nextTryAt }: SearchDocument): Search {
  return { order, context, declinedBy, ...(nextTryAt && { nextTryAt }) };
}
