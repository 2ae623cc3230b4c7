import { AppError } from '@quickbite/shared/errors';
import { createEvent } from '@quickbite/shared/events';
import type { Identity } from '@quickbite/shared/identity';
import { announceChange } from './announce-change.js';
import type { ChangeAnnouncement } from './announce-change.js';
import { requireRestaurant } from './get-restaurant.js';
import { withItemIds } from './menu.js';
import type { MenuDraft } from './menu.js';
import type { Restaurant, RestaurantChange, RestaurantRepository } from './restaurant.js';

/**
 * Changes a restaurant for its owner.
 * @throws AppError `not-found`; `not-allowed` for anybody else; `conflict` when it was changed at the same moment
 */
export async function updateRestaurant(
  dependencies: ChangeAnnouncement & { readonly restaurants: RestaurantRepository },
  owner: Identity,
  id: string,
  draft: Omit<RestaurantChange, 'menu'> & { readonly menu?: MenuDraft },
): Promise<Restaurant> {
  const { restaurants } = dependencies;
  const present = await requireRestaurant(restaurants, id);
  if (present.ownerId !== owner.userId)
    throw new AppError('not-allowed', 'Only the owner of a restaurant may change it.');

  const { menu, ...rest } = draft;
  const change = menu ? { ...rest, menu: withItemIds(menu, present.menu, () => restaurants.newId()) } : rest;
  const event = createEvent('restaurant.updated', { restaurantId: id, ownerId: owner.userId });
  const updated = await restaurants.update({ id, version: present.version }, change, event);
  if (!updated)
    throw new AppError(
      'conflict',
      'The restaurant was changed at the same moment. Read it again and repeat the change.',
    );
  await announceChange(dependencies, id);
  return updated;
}
