import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createKnobs, knob } from './index.js';

const create = () =>
  createKnobs({
    'breaker.enabled': knob(z.boolean(), true, 'Stops calling a service that fails.'),
    'breaker.resetMs': knob(z.int().min(100), 30_000, 'ms from OPEN to HALF_OPEN.'),
  });

describe('knobs', () => {
  it('start at their safe settings', () => {
    const knobs = create();
    expect(knobs.get('breaker.enabled')).toBe(true);
    expect(knobs.get('breaker.resetMs')).toBe(30_000);
  });

  it('change together, and say so once, after all of them have changed', () => {
    const knobs = create();
    const seen: unknown[] = [];
    knobs.onChange(() => seen.push([knobs.get('breaker.enabled'), knobs.get('breaker.resetMs')]));
    expect(knobs.set({ 'breaker.enabled': false, 'breaker.resetMs': 500 })).toEqual([]);
    expect(seen).toEqual([[false, 500]]);
  });

  it('are settled when what follows from a change is done', async () => {
    const knobs = create();
    let finish = (): void => undefined;
    knobs.onChange(() => new Promise<void>((resolve) => (finish = resolve)));
    await knobs.settled();
    knobs.set({ 'breaker.enabled': false });
    let settled = false;
    const waiting = knobs.settled().then(() => (settled = true));
    await new Promise(setImmediate);
    expect(settled).toBe(false);
    finish();
    await waiting;
  });

  it('do not change at all when one of the changes is wrong; each problem is named', () => {
    const knobs = create();
    let changes = 0;
    knobs.onChange(() => (changes += 1));
    const problems = knobs.set({ 'breaker.enabled': false, 'breaker.resetMs': 5, typo: 1, constructor: 2 });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^breaker\.resetMs: .*\(got 5\)$/);
    expect(problems[1]).toBe('typo: there is no such knob; there are breaker.enabled, breaker.resetMs');
    expect(problems[2]).toMatch(/^constructor: there is no such knob/);
    expect(knobs.get('breaker.enabled')).toBe(true);
    expect(changes).toBe(0);
  });

  it('do not take a value of another type for a switch', () => {
    expect(create().set({ 'breaker.enabled': 'false' })).toHaveLength(1);
  });

  it('describe themselves with their default, present value and schema', () => {
    const knobs = create();
    knobs.set({ 'breaker.resetMs': 500 });
    expect(knobs.describe()[1]).toMatchObject({
      name: 'breaker.resetMs',
      description: 'ms from OPEN to HALF_OPEN.',
      default: 30_000,
      value: 500,
      schema: { type: 'integer', minimum: 100 },
    });
  });
});
