import { AppError } from '@quickbite/shared/errors';
import type { Logger } from '@quickbite/shared/logging';
import type { CachedRestaurantWrites } from './restaurant-cache.js';
import type { Restaurant } from './restaurant.js';

/** What follows a write. */
export interface ChangeAnnouncement {
  readonly cache: CachedRestaurantWrites;
  readonly logger: Logger;
  /** Sends the event that was written with the change. */
  readonly nudgeOutbox: () => void;
}

/**
 * Deletes the cached copies at once, so that the writer reads his own write, and has the event sent, whose consumer
 * deletes them again: that one is retried until it works, while Redis is away.
 */
export async function announceChange(
  announcement: ChangeAnnouncement,
  { id, version }: Pick<Restaurant, 'id' | 'version'>,
): Promise<void> {
  const { cache, logger, nudgeOutbox } = announcement;
  try {
    await cache.invalidate(id, version);
  } catch (error) {
    logger.warn('could not invalidate the cache; the event will', { restaurantId: id, error });
  }
  nudgeOutbox();
}

/** The answer to the slower one of two who change a restaurant. */
export function changedMeanwhile(): AppError {
  return new AppError(
    'conflict',
    'The restaurant was changed at the same moment. Read it again and repeat the change.',
  );
}
