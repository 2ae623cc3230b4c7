import type { Logger } from '@quickbite/shared/logging';
import type { RestaurantCache } from './restaurant-cache.js';

/** What follows a write. */
export interface ChangeAnnouncement {
  readonly cache: RestaurantCache;
  readonly logger: Logger;
  /** Sends the event that was written with the change. */
  readonly nudgeOutbox: () => void;
}

/**
 * Deletes the cached copies at once, so that the writer reads his own write, and has the event sent, whose consumer
 * deletes them again: that one is retried until it works, and it also takes away what a slow reader put back meanwhile.
 */
export async function announceChange(announcement: ChangeAnnouncement, restaurantId: string): Promise<void> {
  const { cache, logger, nudgeOutbox } = announcement;
  try {
    await cache.invalidate(restaurantId);
  } catch (error) {
    logger.warn('could not invalidate the cache; the event will', { restaurantId, error });
  }
  nudgeOutbox();
}
