import { Types } from 'mongoose';
import type { MenuItem, Restaurant, RestaurantSummary } from '../domain/restaurant.js';
import type { RestaurantDocument } from './restaurant-model.js';

export type SummaryDocument = Omit<RestaurantDocument, 'menu' | 'menuItemIds' | 'outbox'>;

export function toSummary(document: SummaryDocument): RestaurantSummary {
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

export function toRestaurant(document: RestaurantDocument): Restaurant {
  const menu = document.menu.map(({ _id, name, price }) => ({ id: _id.toHexString(), name, price }));
  return { ...toSummary(document), menu };
}

export function toStoredMenu(menu: readonly MenuItem[]): RestaurantDocument['menu'] {
  return menu.map(({ id, ...item }) => ({ ...item, _id: new Types.ObjectId(id) }));
}
