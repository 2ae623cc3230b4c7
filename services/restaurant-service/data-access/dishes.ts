import type { Money } from '@quickbite/shared/http';
import { Schema, Types } from 'mongoose';
import type { Connection, Model } from 'mongoose';
import type { MenuLookup } from '../domain/menu-storage.js';
import type { MenuItem } from '../domain/restaurant.js';

export const DISHES = 'dishes';

/** A dish that has a document of its own. */
export interface DishDocument {
  readonly _id: Types.ObjectId;
  readonly restaurantId: Types.ObjectId;
  readonly name: string;
  readonly price: Money;
}

/** Dishes that are stored apart from their restaurants, which name them by their ids. */
export interface Dishes {
  /**
   * Stores those of a menu in one command, which is not one change: MongoDB writes one document after the other, and that of the
   * restaurant after all of them. Whoever reads meanwhile sees some new and some old; a transaction would need a replica set.
   */
  save(restaurantId: string, menu: readonly MenuItem[]): Promise<void>;
  /** In the order of the ids. @param onQuery called for each query */
  read(
    ids: readonly Types.ObjectId[],
    lookup: Exclude<MenuLookup, 'join'>,
    onQuery: () => void,
  ): Promise<readonly DishDocument[]>;
}

const schema = new Schema<DishDocument>(
  {
    restaurantId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true },
    price: { amount: { type: Number, required: true, min: 0 }, currency: { type: String, required: true } },
  },
  { collection: DISHES, versionKey: false, strict: 'throw' },
);

/** Registers the model of dishes; they are found by their ids alone. */
export function createDishes(connection: Connection): Dishes {
  const model: Model<DishDocument> = connection.model<DishDocument>('Dish', schema);
  return {
    async save(restaurantId, menu) {
      if (menu.length === 0) return;
      await model.bulkWrite(
        menu.map(({ id, name, price }) => ({
          replaceOne: {
            filter: { _id: new Types.ObjectId(id) },
            replacement: { restaurantId: new Types.ObjectId(restaurantId), name, price },
            upsert: true,
          },
        })),
      );
    },
    async read(ids, lookup, onQuery) {
      if (lookup === 'together') {
        onQuery();
        return inOrder(ids, await model.find({ _id: { $in: ids } }).lean<DishDocument[]>());
      }
      const found: DishDocument[] = [];
      for (const id of ids) {
        onQuery();
        const dish = await model.findById(id).lean<DishDocument>();
        if (dish) found.push(dish);
      }
      return found;
    },
  };
}

/** Databases answer in the order that suits them; a menu has one. */
export function inOrder(ids: readonly Types.ObjectId[], dishes: readonly DishDocument[]): readonly DishDocument[] {
  const known = new Map(dishes.map((dish) => [dish._id.toHexString(), dish]));
  return ids.flatMap((id) => known.get(id.toHexString()) ?? []);
}
