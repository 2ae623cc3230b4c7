import { Types } from 'mongoose';
import type { Model } from 'mongoose';
import type { Driver } from '../domain/driver.js';
import type { HistoryKeeping, SentPosition } from '../domain/driver-repository.js';
import { toDriver } from './driver-model.js';
import type { DriverDocument } from './driver-model.js';
import { remember } from './location-history.js';
import type { LocationHistory } from './location-history.js';

/** Not read back: it is most of a document. */
const WITHOUT_HISTORY = { locationHistory: 0, ratedOrders: 0, outbox: 0 };

/** Writes positions in one bulk and reads their drivers back. */
export async function savePositions(
  model: Model<DriverDocument>,
  save: {
    readonly positions: readonly (SentPosition & { readonly sample: boolean })[];
    readonly historyIntervalMs: number;
    readonly keeping: HistoryKeeping;
    readonly history: LocationHistory;
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
    const appended = remember(save.keeping, location, at);
    const note = {
      updateOne: {
        filter: { userId, historyAt: { $lte: due } },
        update: { $set: { historyAt: at }, ...appended },
      },
    };
    return sample && appended ? [move, note] : [move];
  });
  // Past Mongoose, which would check and cast each of thousands of operations that are built right here.
  await model.db.collection<DriverDocument>(model.collection.name).bulkWrite(operations, { ordered: false });
  if (save.keeping === 'collection')
    await save.history.add(
      save.positions.filter(({ sample }) => sample),
      save.historyIntervalMs,
    );
  const documents = await model.find({ userId: { $in: userIds } }, WITHOUT_HISTORY).lean<DriverDocument[]>();
  const now = save.now();
  return documents.map((document) => toDriver(document, now));
}
