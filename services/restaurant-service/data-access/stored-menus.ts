import { Types } from 'mongoose';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import type { MenuSettings } from '../domain/menu-storage.js';
import type { MenuItem } from '../domain/restaurant.js';
import { DISHES, inOrder } from './dishes.js';
import type { DishDocument, Dishes } from './dishes.js';
import { toStoredMenu } from './restaurant-mapping.js';
import type { RestaurantDocument } from './restaurant-model.js';

/** What a document says of its menu: the dishes, or which they are. */
type MenuFields = Pick<RestaurantDocument, 'menu' | 'menuItemIds'>;
type Joined = RestaurantDocument & { readonly dishes: readonly DishDocument[] };

/** Menus in MongoDB, wherever they are stored. */
export interface StoredMenus {
  /** One restaurant with its menu: one query where that is embedded. */
  findOne(filter: QueryFilter<RestaurantDocument>): Promise<RestaurantDocument | undefined>;
  /** Fills in the menus that are stored elsewhere: one query for all. */
  fillAll(documents: readonly RestaurantDocument[]): Promise<readonly RestaurantDocument[]>;
  /**
   * Stores what must be stored before the restaurant, whose document then has these fields. Dishes with documents of their own are
   * changed even if that of the restaurant is not, in the end, because somebody else was faster.
   */
  store(restaurantId: string, menu: readonly MenuItem[]): Promise<MenuFields>;
}

/** @param options.onQuery called for each query for a single restaurant */
export function createStoredMenus(options: {
  readonly model: Model<RestaurantDocument>;
  readonly dishes: Dishes;
  /** Asked at each use. */
  readonly settings: () => MenuSettings;
  readonly onQuery: () => void;
}): StoredMenus {
  const { model, dishes, settings, onQuery } = options;

  async function joined(filter: QueryFilter<RestaurantDocument>): Promise<RestaurantDocument | undefined> {
    onQuery();
    const [found] = await model.aggregate<Joined>([
      { $match: filter },
      { $lookup: { from: DISHES, localField: 'menuItemIds', foreignField: '_id', as: 'dishes' } },
      { $project: { outbox: 0 } },
    ]);
    if (!found?.menuItemIds) return found;
    return { ...found, menu: inOrder(found.menuItemIds, found.dishes) };
  }

  return {
    async findOne(filter) {
      const { lookup } = settings();
      if (lookup === 'join') return joined(filter);
      onQuery();
      const document = await model.findOne(filter, { outbox: 0 }).lean<RestaurantDocument>();
      if (!document?.menuItemIds) return document ?? undefined;
      return { ...document, menu: await dishes.read(document.menuItemIds, lookup, onQuery) };
    },
    async fillAll(documents) {
      const ids = documents.flatMap(({ menuItemIds = [] }) => menuItemIds);
      if (ids.length === 0) return documents;
      const found = await dishes.read(ids, 'together', () => undefined);
      return documents.map((document) =>
        document.menuItemIds ? { ...document, menu: inOrder(document.menuItemIds, found) } : document,
      );
    },
    async store(restaurantId, menu) {
      if (settings().storage === 'embedded') return { menu: toStoredMenu(menu) };
      await dishes.save(restaurantId, menu);
      return { menu: [], menuItemIds: menu.map(({ id }) => new Types.ObjectId(id)) };
    },
  };
}

/** The part of an update that stores a menu: whatever was said of it before is gone. */
export function updateOfMenu(fields: MenuFields): Pick<UpdateQuery<RestaurantDocument>, '$set' | '$unset'> {
  return { $set: fields, ...(fields.menuItemIds ? {} : { $unset: { menuItemIds: 1 } }) };
}
