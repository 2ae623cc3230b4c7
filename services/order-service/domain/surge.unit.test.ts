import { describe, expect, it } from 'vitest';
import { marketOf, nextMultiplier } from './surge.js';

const REPRICE_MS = 30_000;
const NOW = 1_000_000;

describe('the market of a cell', () => {
  const busy = { demand: 4, supply: 1 };
  const quiet = { demand: 0, supply: 0 };

  it('is its own count when that says enough', () => {
    expect(marketOf({ demand: 5, supply: 1 }, [busy, busy], 5)).toEqual({ demand: 5, supply: 1 });
  });

  it('takes the neighbours in where it has too few customers, or no driver', () => {
    expect(marketOf({ demand: 4, supply: 1 }, [busy, quiet], 5)).toEqual({ demand: 8, supply: 2 });
    expect(marketOf({ demand: 9, supply: 0 }, [busy, { demand: 0, supply: 7 }], 5)).toEqual({ demand: 13, supply: 8 });
  });

  it('is not known when the neighbourhood has too few as well', () => {
    expect(marketOf({ demand: 2, supply: 0 }, [{ demand: 2, supply: 0 }], 5)).toBeUndefined();
  });
});

describe('the next multiplier', () => {
  const next = (from: number, demand: number, supply: number, passedMs = REPRICE_MS): number =>
    nextMultiplier(
      { multiplier: from, setAt: NOW - passedMs },
      { demand, supply },
      { maxMultiplier: 2.5, repriceMs: REPRICE_MS, now: NOW },
    );
  /** Where it settles when demand and supply stay as they are. */
  function settled(demand: number, supply: number, from = 1): number {
    let multiplier = from;
    for (let turn = 0; turn < 20; turn += 1) multiplier = next(multiplier, demand, supply);
    return multiplier;
  }

  it.each([
    [0, 0, 1],
    [5, 5, 1],
    [12, 10, 1],
    [13, 10, 1.25],
    [15, 10, 1.5],
    [20, 10, 2],
    [5, 0, 2.5],
    [1000, 1, 2.5],
  ])('goes to what %i customers and %i drivers make it: %f', (demand, supply, multiplier) => {
    expect(settled(demand, supply)).toBe(multiplier);
  });

  it('starts at 1, and rises by one step at a time however scarce drivers are', () => {
    const options = { maxMultiplier: 2.5, repriceMs: REPRICE_MS, now: NOW };
    expect(nextMultiplier(undefined, { demand: 100, supply: 1 }, options)).toBe(1.25);
    expect(next(1.25, 100, 1, 10 * REPRICE_MS)).toBe(1.5);
  });

  it('stays where it is when one order more or less takes the ratio across a step and back', () => {
    let multiplier = settled(15, 10);
    for (const demand of [14, 15, 16, 14, 13, 17]) {
      multiplier = next(multiplier, demand, 10);
      expect(multiplier).toBe(1.5);
    }
    expect(next(multiplier, 12, 10)).toBe(1.25);
  });

  it('falls by one step for each period that passed, so that nobody pays for a rush that is over', () => {
    expect(next(2.5, 0, 0)).toBe(2.25);
    expect(next(2.5, 0, 0, 4 * REPRICE_MS)).toBe(1.5);
    expect(next(2.5, 0, 0, 100 * REPRICE_MS)).toBe(1);
    expect(next(2.5, 20, 10, 100 * REPRICE_MS)).toBe(2);
  });

  it('falls when the neighbourhood says too little, and keeps to a lower maximum at once', () => {
    const settings = { maxMultiplier: 1.5, repriceMs: REPRICE_MS, now: NOW };
    const at = (multiplier: number) => ({ multiplier, setAt: NOW - REPRICE_MS });
    expect(nextMultiplier(at(1.5), undefined, settings)).toBe(1.25);
    expect(nextMultiplier(at(2.5), { demand: 100, supply: 1 }, settings)).toBe(1.5);
  });
});
