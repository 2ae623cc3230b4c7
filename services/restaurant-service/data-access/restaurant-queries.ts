import type { Page } from '@quickbite/shared/http';
import { Types } from 'mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { NearbyRestaurant, PageRequest, RestaurantRepository } from '../domain/restaurant.js';
import { toRestaurant, toSummary } from './restaurant-mapping.js';
import type { SummaryDocument } from './restaurant-mapping.js';
import type { RestaurantDocument } from './restaurant-model.js';
import type { StoredMenus } from './stored-menus.js';

type Filter = QueryFilter<RestaurantDocument>;
type Queries = Pick<RestaurantRepository, 'findById' | 'findMany' | 'list' | 'listOf' | 'search' | 'nearby'>;

/** Lists carry neither the menu, which is most of a document, nor the outbox, which is nobody's business. */
const SUMMARY = { menu: 0, menuItemIds: 0, outbox: 0 } as const;
const OPEN = { closedAt: null };
/** The radius with which MongoDB turns metres into angles, m: `$centerSphere` wants radians. */
const EARTH_RADIUS_M = 6_378_100;

const ofCuisine = (cuisine: string | undefined): Filter => (cuisine === undefined ? OPEN : { ...OPEN, cuisine });
const skipOf = ({ page, limit }: PageRequest): number => (page - 1) * limit;

/** The reading side of the repository. */
export function restaurantQueries({
  model,
  menus,
}: {
  readonly model: Model<RestaurantDocument>;
  readonly menus: StoredMenus;
}): Queries {
  async function newest(filter: Filter, { page, limit }: PageRequest) {
    const [documents, total] = await Promise.all([
      model
        .find(filter, SUMMARY)
        .sort({ _id: -1 })
        .skip(skipOf({ page, limit }))
        .limit(limit)
        .lean<SummaryDocument[]>(),
      model.countDocuments(filter),
    ]);
    return { items: documents.map(toSummary), page, limit, total };
  }

  return {
    async findById(id) {
      const document = await menus.findOne({ _id: new Types.ObjectId(id), ...OPEN });
      return document ? toRestaurant(document) : undefined;
    },
    async findMany(ids) {
      const filter: Filter = { _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, ...OPEN };
      const documents = await model.find(filter, { outbox: 0 }).lean<RestaurantDocument[]>();
      return (await menus.fillAll(documents)).map(toRestaurant);
    },
    list: ({ cuisine, ...page }) => newest(ofCuisine(cuisine), page),
    listOf: ({ ownerId, ...page }) => newest({ ownerId: new Types.ObjectId(ownerId), ...OPEN }, page),
    async search({ text, cuisine, ...page }) {
      const filter: Filter = { $text: { $search: text }, ...ofCuisine(cuisine) };
      const score = { $meta: 'textScore' } as const;
      const [documents, total] = await Promise.all([
        model
          .find(filter, { ...SUMMARY, score })
          .sort({ score, _id: -1 })
          .skip(skipOf(page))
          .limit(page.limit)
          .lean<(SummaryDocument & { readonly score: number })[]>(),
        model.countDocuments(filter),
      ]);
      const items = documents.map((document) => ({ ...toSummary(document), score: document.score }));
      return { items, ...page, total };
    },
    async nearby({ lng, lat, radius, cuisine, ...page }): Promise<Page<NearbyRestaurant>> {
      // `find` with `$near` sorts but tells no distance, and `countDocuments` refuses `$near`.
      const [documents, total] = await Promise.all([
        model.aggregate<SummaryDocument & { readonly distance: number }>([
          {
            $geoNear: {
              near: { type: 'Point', coordinates: [lng, lat] },
              distanceField: 'distance',
              maxDistance: radius,
              query: ofCuisine(cuisine),
              spherical: true,
            },
          },
          { $skip: skipOf(page) },
          { $limit: page.limit },
          { $project: SUMMARY },
        ]),
        model.countDocuments({
          ...ofCuisine(cuisine),
          location: { $geoWithin: { $centerSphere: [[lng, lat], radius / EARTH_RADIUS_M] } },
        }),
      ]);
      return { items: documents.map((one) => ({ ...toSummary(one), distance: one.distance })), ...page, total };
    },
  };
}
