import { expect, it } from 'vitest';
import { createLocalSlidingWindow } from './local-sliding-window.js';
import { HELD_AT_MOST_MS } from './rate-limits.js';

it('frees each place exactly one window after it was taken', async () => {
  let now = 0;
  const window = createLocalSlidingWindow(() => now);
  const rule = { key: 'k', held: false, limit: 2, windowMs: 1000 };
  const at = async (time: number) => {
    now = time;
    return (await window.take({ ...rule, id: String(time) })).outcome;
  };
  expect(await at(0)).toBe('admitted');
  expect(await at(600)).toBe('admitted');
  expect(await at(999)).toBe('refused');
  expect(await at(1000)).toBe('admitted');
  expect(await at(1001)).toBe('refused');
  expect(await at(1599)).toBe('refused');
  expect(await at(1600)).toBe('admitted');
});

it('counts a held attempt that nobody settles as failed', async () => {
  let now = 0;
  const window = createLocalSlidingWindow(() => now);
  const rule = { key: 'k', held: true, limit: 1, windowMs: 10 * HELD_AT_MOST_MS };
  await window.take({ ...rule, id: 'lost' });
  expect((await window.take({ ...rule, id: 'b' })).outcome).toBe('wait');
  now = HELD_AT_MOST_MS;
  expect((await window.take({ ...rule, id: 'c' })).outcome).toBe('refused');
});
