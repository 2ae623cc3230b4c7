import type { GeoPoint } from '@quickbite/shared/http';
import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { Driver } from '../domain/driver.js';
import type { SentPosition } from '../domain/driver-repository.js';
import { toDriver } from './driver-model.js';
import type { DriverDocument } from './driver-model.js';

/** At one position every 10 s this is the last 17 minutes. */
const REMEMBERED_LOCATIONS = 100;
/** Not read back: it is most of a document. */
const WITHOUT_HISTORY = { locationHistory: 0, ratedOrders: 0, outbox: 0 };

/** The change that adds a position to the history, which stays bounded, or the document would grow to its limit of 16 MB. */
export const remember = (location: GeoPoint, at: Date) => ({
  locationHistory: { $each: [{ location, at }], $slice: -REMEMBERED_LOCATIONS },
});

/** Writes positions in one bulk and reads their drivers back. */
export async function savePositions(
  model: Model<DriverDocument>,
  save: {
    readonly positions: readonly (SentPosition & { readonly sample: boolean })[];
    readonly historyIntervalMs: number;
    readonly now: () => Date;
  },
): Promise<readonly Driver[]> {
  const userIds: Types.ObjectId[] = [];
  const operations = save.positions.flatMap(({ userId: id, location, at, sample }) => {
    const userId = new Types.ObjectId(id);
    userIds.push(userId);
    const move = {
      updateOne: {
        filter: { userId, locatedAt: { $lte: at } },
        update: { $set: { location, locatedAt: at, updatedAt: at }, $max: { lastSeenAt: at } },
      },
    };
    const due = new Date(at.getTime() - save.historyIntervalMs);
    const note = {
      updateOne: {
        filter: { userId, historyAt: { $lte: due } },
        update: { $set: { historyAt: at }, $push: remember(location, at) },
      },
    };
    return sample ? [move, note] : [move];
  });
  // Past Mongoose, which would check and cast each of thousands of operations that are built right here.
  await model.db.collection<DriverDocument>(model.collection.name).bulkWrite(operations, { ordered: false });
  const documents = await model.find({ userId: { $in: userIds } }, WITHOUT_HISTORY).lean<DriverDocument[]>();
  const now = save.now();
  return documents.map((document) => toDriver(document, now));
}
