import { withRequestContext } from '@quickbite/shared/logging';
import type { Logger } from '@quickbite/shared/logging';
import { NoDriverAvailableError, assignDriver } from './assign-driver.js';
import type { AssignmentDependencies } from './assign-driver.js';
import type { OfferedOrder, Search } from './claims.js';
import type { Driver } from './driver.js';

/** ms until an order that nobody near wants looks for somebody new. */
const TRY_AGAIN_MS = 2000;

export interface OfferingDependencies extends AssignmentDependencies {
  readonly logger: Logger;
  readonly now: () => Date;
}

/**
 * Takes an offer back and makes it to the next best. Who declined is noted first: after a crash in between, the order still
 * finds its next driver.
 * @returns the driver who does not have it any more; undefined when they accepted meanwhile, or the order ended
 */
export async function passOn(dependencies: OfferingDependencies, offered: OfferedOrder): Promise<Driver | undefined> {
  const { claims, searches } = dependencies;
  await searches.decline(offered);
  const freed = await claims.withdraw(offered);
  const search = freed && (await searches.find(offered.orderId));
  if (search) await searchAgain(dependencies, search);
  return freed;
}

/** Withdraws the offers that nobody answered in time, and tries orders again that found nobody. */
export async function sweepOffers(dependencies: OfferingDependencies): Promise<void> {
  const { claims, searches, logger } = dependencies;
  for (const offered of await claims.unanswered()) {
    logger.info('offer withdrawn: the driver did not answer in time', { ...offered });
    await passOn(dependencies, offered);
  }
  for (const search of await searches.due()) await searchAgain(dependencies, search);
}

function searchAgain(dependencies: OfferingDependencies, search: Search): Promise<void> {
  const { searches, now } = dependencies;
  return withRequestContext(search.context, async () => {
    try {
      await assignDriver(dependencies, search.order);
      await searches.schedule(search, undefined);
    } catch (error) {
      if (!(error instanceof NoDriverAvailableError)) throw error;
      await searches.schedule(search, new Date(now().getTime() + TRY_AGAIN_MS));
    }
  });
}
