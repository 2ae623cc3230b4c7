import { isDuplicateKey } from '@quickbite/shared/database';
import type { GeoPoint } from '@quickbite/shared/http';
import { Types } from 'mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import type { Driver, DriverProfile } from '../domain/driver.js';
import type { DriverRepository, HistoryKeeping } from '../domain/driver-repository.js';
import { newMetrics, toDriver, toMetrics } from './driver-model.js';
import type { DriverDocument } from './driver-model.js';
import { remember } from './location-history.js';
import type { LocationHistory } from './location-history.js';
import { nearByIndex, nearByScan } from './near.js';
import { savePositions } from './save-positions.js';

/** Orders whose ratings a driver's document remembers to count each once. */
const REMEMBERED_RATINGS = 100;

/** Drivers in MongoDB. */
export function createDriverRepository(parts: {
  readonly model: Model<DriverDocument>;
  readonly history: LocationHistory;
  readonly now: () => Date;
  /** Whether searches use the geospatial index; asked for at each. */
  readonly byIndex: () => boolean;
  /** Asked for at each position. */
  readonly keeping: () => HistoryKeeping;
}): DriverRepository {
  const { model, history, now, byIndex, keeping } = parts;
  async function update(
    filter: QueryFilter<DriverDocument>,
    change: UpdateQuery<DriverDocument>,
  ): Promise<Driver | undefined> {
    const document = await model.findOneAndUpdate(filter, change, { returnDocument: 'after' }).lean<DriverDocument>();
    return document ? toDriver(document, now()) : undefined;
  }

  /** The change that moves a driver. */
  function movedTo(location: GeoPoint, also: Partial<DriverDocument> = {}): UpdateQuery<DriverDocument> {
    const at = now();
    return {
      $set: { ...also, location, locatedAt: at, lastSeenAt: at, historyAt: at, updatedAt: at },
      ...remember(keeping(), location, at),
    };
  }

  return {
    async findByUser(userId) {
      const document = await model.findOne({ userId }).lean<DriverDocument>();
      return document ? toDriver(document, now()) : undefined;
    },
    async findById(driverId) {
      const document = await model.findById(driverId).lean<DriverDocument>();
      return document ? toDriver(document, now()) : undefined;
    },
    async create(userId, profile) {
      const at = now();
      const locationHistory = [{ location: profile.location, at }];
      try {
        const created = await model.create({
          ...given(profile),
          userId,
          location: profile.location,
          status: profile.status,
          locatedAt: at,
          lastSeenAt: at,
          historyAt: at,
          locationHistory,
          metrics: newMetrics,
          outbox: [],
          updatedAt: at,
        });
        return toDriver(created, at);
      } catch (error) {
        if (isDuplicateKey(error)) return undefined;
        throw error;
      }
    },
    updateIdle: (userId, { location, status, ...rest }) =>
      update({ userId, status: { $ne: 'busy' } }, movedTo(location, { ...given(rest), status })),
    updateBusy: (userId, { location, name, vehicle }) =>
      update({ userId, status: 'busy' }, movedTo(location, given({ name, vehicle }))),
    savePositions: (positions, historyIntervalMs) =>
      savePositions(model, { positions, historyIntervalMs, now, history, keeping: keeping() }),
    async addRating(driverId, { orderId: id, stars }) {
      const orderId = new Types.ObjectId(id);
      const { modifiedCount } = await model.updateOne(
        { _id: driverId, ratedOrders: { $ne: orderId } },
        {
          $inc: { 'metrics.ratingSum': stars, 'metrics.ratingCount': 1 },
          $push: { ratedOrders: { $each: [orderId], $slice: -REMEMBERED_RATINGS } },
        },
      );
      return modifiedCount === 1;
    },
    async findAvailableNear(search) {
      const found = await (byIndex() ? nearByIndex(model, search, now()) : nearByScan(model, search, now()));
      return found.map(({ _id, userId, metrics, ...driver }) => ({
        ...driver,
        id: String(_id),
        userId: String(userId),
        metrics: toMetrics(metrics, now()),
      }));
    },
  };
}

/** What a profile says of itself: a name that is left out stays as it is. */
function given({ name, vehicle }: Pick<DriverProfile, 'name' | 'vehicle'>): Partial<DriverDocument> {
  return { vehicle, ...(name !== undefined && { name }) };
}
