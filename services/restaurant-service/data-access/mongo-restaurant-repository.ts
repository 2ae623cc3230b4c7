import { Types } from 'mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import type { RestaurantRepository, RestaurantWrite } from '../domain/restaurant.js';
import { toRestaurant } from './restaurant-mapping.js';
import type { RestaurantDocument } from './restaurant-model.js';
import { restaurantQueries } from './restaurant-queries.js';
import { updateOfMenu } from './stored-menus.js';
import type { StoredMenus } from './stored-menus.js';

/** Restaurants in MongoDB. */
export function createRestaurantRepository(options: {
  readonly model: Model<RestaurantDocument>;
  readonly menus: StoredMenus;
  readonly now: () => Date;
}): RestaurantRepository {
  const { model, menus, now } = options;

  /** The version in the filter makes an update that is repeated, or that comes too late, match nothing. */
  async function updateOf({ id, basedOn, change: { menu, ...change }, result, event }: RestaurantWrite): Promise<{
    readonly filter: QueryFilter<RestaurantDocument>;
    readonly update: UpdateQuery<RestaurantDocument>;
  }> {
    const { $set, ...unset } = menu ? updateOfMenu(await menus.store(id, menu)) : {};
    return {
      filter: { _id: new Types.ObjectId(id), version: basedOn, closedAt: null },
      update: {
        $set: { ...change, ...$set, updatedAt: new Date(result.updatedAt) },
        ...unset,
        $inc: { version: 1 },
        $push: { outbox: event },
      },
    };
  }

  return {
    newId: () => new Types.ObjectId().toHexString(),
    ...restaurantQueries({ model, menus }),
    async create(id, { menu, ...restaurant }, event) {
      const at = now();
      const document = await model.create({
        ...restaurant,
        _id: id,
        ...(await menus.store(id, menu)),
        version: 1,
        createdAt: at,
        updatedAt: at,
        outbox: [event],
      });
      return { ...toRestaurant(document.toObject()), menu };
    },
    async update(write) {
      const { filter, update } = await updateOf(write);
      const document = await model
        .findOneAndUpdate(filter, update, { returnDocument: 'after' })
        .lean<RestaurantDocument>();
      return document ? { ...toRestaurant(document), menu: write.result.menu } : undefined;
    },
    async updateAll(writes) {
      const updates = await Promise.all(writes.map(updateOf));
      const { matchedCount } = await model.bulkWrite(updates.map((updateOne) => ({ updateOne })));
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
