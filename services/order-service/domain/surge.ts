/** What a delivery fee is multiplied with, and what that follows from. */
export interface Surge {
  /** 1 when nothing is scarce, when nothing is known, and when surge pricing is off. */
  readonly multiplier: number;
  /** The H3 cell (resolution 8) of the restaurant; absent while surge pricing is off. */
  readonly cell?: string;
  /** Customers and available drivers of the neighbourhood when the multiplier was set; absent when they are not known. */
  readonly demand?: number;
  readonly supply?: number;
}

/** How many want something in a place, and how many are there to bring it. */
export interface MarketCount {
  readonly demand: number;
  readonly supply: number;
}

/** What holds in a cell until it is looked at again. */
export interface SurgeLevel extends MarketCount {
  readonly multiplier: number;
  /** When it was set, ms. */
  readonly setAt: number;
}

/** What can be tuned; asked for at each price. */
export interface SurgeSettings {
  readonly enabled: boolean;
  readonly maxMultiplier: number;
  /** With fewer customers than this a place says nothing about scarcity. */
  readonly minDemand: number;
  /** ms that a multiplier holds. */
  readonly repriceMs: number;
  /** ms that a customer counts who asked for a price or ordered. */
  readonly demandMs: number;
}

/** What multipliers differ by. A quarter is exact in binary: fees are not off by a cent for how numbers are stored. */
const STEP = 0.25;

/**
 * The count that a cell's price is based on: its own, or, where that says too little, that of the cell and its neighbours.
 * A cell is a few streets: drivers next door are as good as those in it when it has none itself.
 * @returns undefined when the neighbourhood says too little as well
 */
export function marketOf(
  own: MarketCount,
  neighbours: readonly MarketCount[],
  minDemand: number,
): MarketCount | undefined {
  const enough = ({ demand }: MarketCount): boolean => demand >= minDemand;
  if (enough(own) && own.supply > 0) return own;
  const around = [own, ...neighbours].reduce((sum, { demand, supply }) => ({
    demand: sum.demand + demand,
    supply: sum.supply + supply,
  }));
  return enough(around) ? around : undefined;
}

/**
 * Moves a multiplier towards the number of customers for each driver: up by one step at a time, down by one for each
 * `repriceMs` that passed, and only when the ratio is a whole step away, so that one more order does not move it to and fro.
 * @returns between 1 and `maxMultiplier`
 */
export function nextMultiplier(
  previous: Pick<SurgeLevel, 'multiplier' | 'setAt'> | undefined,
  market: MarketCount | undefined,
  { maxMultiplier, repriceMs, now }: Pick<SurgeSettings, 'maxMultiplier' | 'repriceMs'> & { readonly now: number },
): number {
  const ratio = market ? market.demand / Math.max(market.supply, 1) : 0;
  const current = Math.min(previous?.multiplier ?? 1, maxMultiplier);
  if (ratio >= current + STEP) return Math.min(current + STEP, maxMultiplier);
  const passed = previous ? Math.floor((now - previous.setAt) / Math.max(repriceMs, 1)) : 0;
  const due = Math.max(0, Math.floor((current - Math.max(ratio, 1)) / STEP));
  return current - STEP * Math.min(due, Math.max(passed, 1));
}
