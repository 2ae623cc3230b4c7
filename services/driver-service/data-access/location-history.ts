import type { GeoPoint } from '@quickbite/shared/http';
import { Types } from 'mongoose';
import type { Connection, mongo } from 'mongoose';
import type { HistoryKeeping } from '../domain/driver-repository.js';

/** At one position every 10 s this is the last 17 minutes. */
const REMEMBERED_LOCATIONS = 100;
/** Seconds that a collection of its own keeps positions: nobody disputes a delivery of the day before yesterday. */
const REMEMBERED_SECONDS = 24 * 3600;

interface PositionDocument {
  /** Driver and interval: two instances that note the same interval write one document. */
  readonly _id: string;
  readonly userId: Types.ObjectId;
  readonly location: GeoPoint;
  readonly at: Date;
}

/** The change of a driver's document that adds a position to its history; nothing where the history is elsewhere. */
export const remember = (keeping: HistoryKeeping, location: GeoPoint, at: Date) =>
  keeping === 'collection'
    ? undefined
    : {
        $push: {
          locationHistory: {
            $each: [{ location, at }],
            // Without an end the document grows to its limit of 16 MB, and no position is taken any more.
            ...(keeping === 'document' && { $slice: -REMEMBERED_LOCATIONS }),
          },
        },
      };

/** Positions in a collection of their own, one for each driver and interval, forgotten after a day. */
export interface LocationHistory {
  add(
    positions: readonly { readonly userId: string; readonly location: GeoPoint; readonly at: Date }[],
    intervalMs: number,
  ): Promise<void>;
}

/** Opens the collection, with its indexes. */
export async function createLocationHistory(connection: Connection): Promise<LocationHistory> {
  const collection = connection.collection<PositionDocument>('location_history');
  await Promise.all([
    collection.createIndex({ at: 1 }, { expireAfterSeconds: REMEMBERED_SECONDS }, {}),
    collection.createIndex({ userId: 1, at: -1 }, {}, {}),
  ]);
  return {
    async add(positions, intervalMs) {
      if (positions.length === 0) return;
      const operations = positions.map(({ userId, location, at }): mongo.AnyBulkWriteOperation<PositionDocument> => {
        const interval = Math.floor(at.getTime() / Math.max(1, intervalMs));
        const position = { userId: new Types.ObjectId(userId), location, at };
        return {
          updateOne: { filter: { _id: `${userId}:${interval}` }, update: { $setOnInsert: position }, upsert: true },
        };
      });
      await collection.bulkWrite(operations, { ordered: false });
    },
  };
}
