import { BreakerOpenError } from '@quickbite/shared/resilience';
import type { Breaker } from '@quickbite/shared/resilience';
import type { GeoPoint } from '@quickbite/shared/http';
import type { Logger } from '@quickbite/shared/logging';
import { marketOf, nextMultiplier } from './surge.js';
import type { MarketCount, Surge, SurgeLevel, SurgeSettings } from './surge.js';

/** Who wants something where, who could bring it, and what that costs at the moment: shared by all instances. */
export interface Market {
  cellOf(place: GeoPoint): Promise<string>;
  /**
   * Counts a customer in the cell where they asked last, and nowhere else.
   * @returns what holds there
   */
  enter(cell: string, customerId: string, demandMs: number): Promise<SurgeLevel | undefined>;
  /** The count of the cell, and those of its neighbours. */
  count(
    cell: string,
    since: { readonly demand: number; readonly supply: number },
  ): Promise<{ readonly own: MarketCount; readonly neighbours: readonly MarketCount[] }>;
  /** What holds from now on. */
  setLevel(cell: string, level: SurgeLevel, forMs: number): Promise<void>;
}

/** How a delivery was priced: `unknown` when the market could not be asked, and the fee was left as it is. */
export type SurgeOutcome = 'raised' | 'normal' | 'off' | 'unknown';

/** Prices a delivery from a place for a customer, who counts as demand by that. Never fails. */
export type SurgePricing = (place: GeoPoint, customerId: string) => Promise<Surge>;

/** A driver who was not seen for so long is not there, ms: as in `GET /api/drivers/nearby`. */
const SUPPLY_MS = 120_000;

export function createSurgePricing(dependencies: {
  readonly market: Market;
  readonly breaker: Breaker;
  readonly settings: () => SurgeSettings;
  readonly count: (outcome: SurgeOutcome) => void;
  readonly logger: Logger;
  readonly now: () => Date;
}): SurgePricing {
  const { market, breaker, settings, count, logger, now } = dependencies;
  let known = true;

  async function levelOf(cell: string, customerId: string): Promise<SurgeLevel> {
    const { repriceMs, demandMs, minDemand, maxMultiplier } = settings();
    const time = now().getTime();
    const previous = await market.enter(cell, customerId, demandMs);
    if (previous && time - previous.setAt < repriceMs && previous.multiplier <= maxMultiplier) return previous;
    const { own, neighbours } = await market.count(cell, { demand: time - demandMs, supply: time - SUPPLY_MS });
    const seen = marketOf(own, neighbours, minDemand);
    const multiplier = nextMultiplier(previous, seen, { maxMultiplier, repriceMs, now: time });
    const level = { ...(seen ?? own), multiplier, setAt: time };
    await market.setLevel(cell, level, Math.max(demandMs, repriceMs));
    return level;
  }

  function lose(error: unknown): void {
    if (known && !(error instanceof BreakerOpenError))
      logger.warn('demand and supply are unknown; delivery fees are not raised meanwhile', { error });
    known = false;
  }

  return async function surgeAt(place, customerId) {
    if (!settings().enabled) {
      count('off');
      return { multiplier: 1 };
    }
    const cell = await market.cellOf(place);
    try {
      const { multiplier, demand, supply } = await breaker.run(() => levelOf(cell, customerId));
      known = true;
      count(multiplier > 1 ? 'raised' : 'normal');
      return { multiplier, cell, demand, supply };
    } catch (error) {
      lose(error);
      count('unknown');
      return { multiplier: 1, cell };
    }
  };
}
