import { Types } from 'mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import type { RestaurantRepository, RestaurantWrite } from '../domain/restaurant.js';
import { toRestaurant, toStoredMenu } from './restaurant-mapping.js';
import type { RestaurantDocument } from './restaurant-model.js';
import { restaurantQueries } from './restaurant-queries.js';

/** Restaurants in MongoDB. */
export function createRestaurantRepository(model: Model<RestaurantDocument>, now: () => Date): RestaurantRepository {
  return {
    newId: () => new Types.ObjectId().toHexString(),
    ...restaurantQueries(model),
    async create(id, { menu, ...restaurant }, event) {
      const at = now();
      const document = await model.create({
        ...restaurant,
        _id: id,
        menu: toStoredMenu(menu),
        version: 1,
        createdAt: at,
        updatedAt: at,
        outbox: [event],
      });
      return toRestaurant(document.toObject());
    },
    async update(write) {
      const { filter, update } = updateOf(write);
      const document = await model
        .findOneAndUpdate(filter, update, { returnDocument: 'after' })
        .lean<RestaurantDocument>();
      return document ? toRestaurant(document) : undefined;
    },
    async updateAll(writes) {
      const { matchedCount } = await model.bulkWrite(writes.map((write) => ({ updateOne: updateOf(write) })));
      return matchedCount;
    },
    async close({ id, version }, event) {
      const at = now();
      const { matchedCount } = await model.updateOne(
        { _id: id, version, closedAt: null },
        { $set: { closedAt: at, updatedAt: at }, $inc: { version: 1 }, $push: { outbox: event } },
      );
      return matchedCount === 1;
    },
  };
}

/** The version in the filter makes an update that is repeated, or that comes too late, match nothing. */
function updateOf({ id, basedOn, change: { menu, ...change }, result, event }: RestaurantWrite): {
  readonly filter: QueryFilter<RestaurantDocument>;
  readonly update: UpdateQuery<RestaurantDocument>;
} {
  return {
    filter: { _id: new Types.ObjectId(id), version: basedOn, closedAt: null },
    update: {
      $set: { ...change, ...(menu && { menu: toStoredMenu(menu) }), updatedAt: new Date(result.updatedAt) },
      $inc: { version: 1 },
      $push: { outbox: event },
    },
  };
}
