import { createEvent } from '@quickbite/shared/events';
import type { Identity } from '@quickbite/shared/identity';
import { announceChange } from './announce-change.js';
import type { ChangeAnnouncement } from './announce-change.js';
import { withItemIds } from './menu.js';
import type { MenuDraft } from './menu.js';
import type { NewRestaurant, Restaurant, RestaurantRepository } from './restaurant.js';

/** Opens a restaurant for the owner who asks. */
export async function createRestaurant(
  dependencies: ChangeAnnouncement & { readonly restaurants: RestaurantRepository },
  owner: Identity,
  draft: Omit<NewRestaurant, 'ownerId' | 'menu'> & { readonly menu: MenuDraft },
): Promise<Restaurant> {
  const { restaurants } = dependencies;
  const id = restaurants.newId();
  const menu = withItemIds(draft.menu, [], () => restaurants.newId());
  const event = createEvent('restaurant.updated', { restaurantId: id, ownerId: owner.userId, restaurantVersion: 1 });
  const restaurant = await restaurants.create(id, { ...draft, menu, ownerId: owner.userId }, event);
  await announceChange(dependencies, restaurant);
  return restaurant;
}
