import { createEvent } from '@quickbite/shared/events';
import type { Identity } from '@quickbite/shared/identity';
import { announceChange, changedMeanwhile } from './announce-change.js';
import type { ChangeAnnouncement } from './announce-change.js';
import { requireOwn } from './own-restaurant.js';
import type { RestaurantRepository } from './restaurant.js';

/**
 * Closes a restaurant for good: nobody finds it any more. Orders that were placed keep what they copied from it.
 * @throws AppError `not-found`; `not-allowed` for anybody but its owner; `conflict` when it was changed at the same moment
 */
export async function closeRestaurant(
  dependencies: ChangeAnnouncement & { readonly restaurants: RestaurantRepository },
  owner: Identity,
  id: string,
): Promise<void> {
  const { cache, restaurants } = dependencies;
  const { version } = await requireOwn(cache, owner, id);
  await cache.flush();
  const event = createEvent('restaurant.updated', {
    restaurantId: id,
    ownerId: owner.userId,
    restaurantVersion: version + 1,
  });
  if (!(await restaurants.close({ id, version }, event))) throw changedMeanwhile();
  await announceChange(dependencies, { id, version: version + 1 });
}
