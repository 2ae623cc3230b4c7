import { createEvent } from '@quickbite/shared/events';
import type { Identity } from '@quickbite/shared/identity';
import { announceChange, changedMeanwhile } from './announce-change.js';
import type { ChangeAnnouncement } from './announce-change.js';
import { requireOwn } from './own-restaurant.js';
import { withItemIds } from './menu.js';
import type { MenuDraft } from './menu.js';
import type { Restaurant, RestaurantChange, RestaurantRepository } from './restaurant.js';

/**
 * Changes a restaurant for its owner.
 * @throws AppError `not-found`; `not-allowed` for anybody else; `conflict` when it was changed at the same moment
 */
export async function updateRestaurant(
  dependencies: ChangeAnnouncement & { readonly restaurants: RestaurantRepository; readonly now: () => Date },
  owner: Identity,
  id: string,
  draft: Omit<RestaurantChange, 'menu'> & { readonly menu?: MenuDraft },
): Promise<Restaurant> {
  const { cache, restaurants, now } = dependencies;
  const present = await requireOwn(cache, owner, id);
  const { menu, ...rest } = draft;
  const change = menu ? { ...rest, menu: withItemIds(menu, present.menu, () => restaurants.newId()) } : rest;
  const version = present.version + 1;
  const updated = await cache.write({
    id,
    basedOn: present.version,
    change,
    result: { ...present, ...change, version, updatedAt: now().toISOString() },
    event: createEvent('restaurant.updated', {
      restaurantId: id,
      ownerId: owner.userId,
      restaurantVersion: version,
    }),
  });
  if (!updated) throw changedMeanwhile();
  await announceChange(dependencies, updated);
  return updated;
}
