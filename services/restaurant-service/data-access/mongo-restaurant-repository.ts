import type { Page } from '@quickbite/shared/http';
import { Types } from 'mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { PageRequest, Restaurant, RestaurantRepository, RestaurantSummary } from '../domain/restaurant.js';
import type { RestaurantDocument } from './restaurant-model.js';

type SummaryDocument = Omit<RestaurantDocument, 'menu' | 'outbox'>;

/** Lists carry neither the menu, which is most of a document, nor the outbox, which is nobody's business. */
const SUMMARY = { menu: 0, outbox: 0 } as const;

/** Restaurants in MongoDB. */
export function createRestaurantRepository(model: Model<RestaurantDocument>, now: () => Date): RestaurantRepository {
  async function pageOf(
    filter: QueryFilter<RestaurantDocument>,
    sort: Readonly<Record<string, -1 | { $meta: 'textScore' }>>,
    { page, limit }: PageRequest,
  ): Promise<Page<RestaurantSummary>> {
    const [documents, total] = await Promise.all([
      model
        .find(filter, SUMMARY)
        .sort(sort)
        .skip((page - 1) * limit)
        .limit(limit)
        .lean<SummaryDocument[]>(),
      model.countDocuments(filter),
    ]);
    return { items: documents.map(toSummary), page, limit, total };
  }

  return {
    newId: () => new Types.ObjectId().toHexString(),
    async findById(id) {
      const document = await model.findById(id, { outbox: 0 }).lean<RestaurantDocument>();
      return document ? toRestaurant(document) : undefined;
    },
    list: ({ cuisine }, page) => pageOf(cuisine === undefined ? {} : { cuisine }, { _id: -1 }, page),
    search: (text, page) => pageOf({ $text: { $search: text } }, { score: { $meta: 'textScore' }, _id: -1 }, page),
    async create(id, { menu, ...restaurant }, event) {
      const at = now();
      const document = await model.create({
        ...restaurant,
        _id: id,
        menu: menu.map(({ id: itemId, ...item }) => ({ ...item, _id: itemId })),
        version: 1,
        createdAt: at,
        updatedAt: at,
        outbox: [event],
      });
      return toRestaurant(document.toObject());
    },
    async update({ id, version }, { menu, ...change }, event) {
      const document = await model
        .findOneAndUpdate(
          { _id: id, version },
          {
            $set: {
              ...change,
              ...(menu && {
                menu: menu.map(({ id: itemId, ...item }) => ({ ...item, _id: new Types.ObjectId(itemId) })),
              }),
              updatedAt: now(),
            },
            $inc: { version: 1 },
            $push: { outbox: event },
          },
          { returnDocument: 'after' },
        )
        .lean<RestaurantDocument>();
      return document ? toRestaurant(document) : undefined;
    },
  };
}

function toSummary(document: SummaryDocument): RestaurantSummary {
  return {
    id: document._id.toHexString(),
    ownerId: document.ownerId.toHexString(),
    name: document.name,
    description: document.description,
    cuisine: document.cuisine,
    location: document.location,
    rating: document.rating,
    version: document.version,
    createdAt: document.createdAt.toISOString(),
    updatedAt: document.updatedAt.toISOString(),
  };
}

function toRestaurant(document: RestaurantDocument): Restaurant {
  const menu = document.menu.map(({ _id, name, price }) => ({ id: _id.toHexString(), name, price }));
  return { ...toSummary(document), menu };
}
