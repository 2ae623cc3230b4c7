import { describe, expect, it } from 'vitest';
import { cacheDefaults } from '../settings.js';
import { early, isDueEarly } from './early.js';

const EXPIRES_AT = 100_000;
const LOAD_MS = 200;

/** Mulberry32: the same dice in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Share of 20,000 readers who refresh, so many ms before the end. */
function share(leftMs: number, { beta = 1, loadMs = LOAD_MS }: { beta?: number; loadMs?: number } = {}): number {
  const random = seeded(42);
  const entry = { version: 0, expiresAt: EXPIRES_AT, loadMs, value: 1 };
  const context = { now: () => EXPIRES_AT - leftMs, random, settings: { ...cacheDefaults, earlyBeta: beta } };
  const readers = Array.from({ length: 20_000 }, () => isDueEarly(entry, context));
  return readers.filter(Boolean).length / readers.length;
}

describe('early refreshing (XFetch)', () => {
  // P(-delta * beta * ln(u) >= left) = exp(-left / (delta * beta)) for u uniform in (0, 1].
  it.each([
    [0, 1, 1],
    [100, 1, Math.exp(-0.5)],
    [200, 1, Math.exp(-1)],
    [1000, 1, Math.exp(-5)],
    [400, 2, Math.exp(-1)],
    [400, 0.5, Math.exp(-4)],
  ])('%d ms before the end, with beta %d, is done by a share of %d of the readers', (left, beta, expected) => {
    expect(share(left, { beta })).toBeCloseTo(expected, 2);
  });

  it('begins the earlier the longer a load takes', () => {
    expect(share(1000, { loadMs: 50 })).toBeLessThan(share(1000, { loadMs: 500 }));
    expect(share(1000, { loadMs: 500 })).toBeCloseTo(Math.exp(-2), 2);
  });

  it('never happens with beta 0, nor for what costs nothing to load', () => {
    expect(share(1, { beta: 0 })).toBe(0);
    expect(share(1, { loadMs: 0 })).toBe(0);
  });

  it('serves while it refreshes, and does not serve what has expired', () => {
    const entry = { version: 0, expiresAt: EXPIRES_AT, loadMs: LOAD_MS };
    const at = (now: number, random: number) =>
      early.judge(entry, { now: () => now, random: () => random, settings: cacheDefaults });
    expect(at(EXPIRES_AT - 1000, 0)).toBe('serve');
    expect(at(EXPIRES_AT - 1000, 0.999_999)).toBe('refresh');
    expect(at(EXPIRES_AT, 0)).toBe('discard');
  });
});
