import { expect, test } from 'vitest';
import { warmUp } from './warm-up.js';

const loadsUntilWarm = (rates: readonly number[]) => {
  const asked: number[] = [];
  return warmUp((best) => {
    asked.push(best);
    return Promise.resolve(rates[asked.length - 1] ?? rates.at(-1) ?? 0);
  }).then((loads) => ({ loads, asked }));
};

test('goes on while loads get faster, and takes two in a row that do not as the end', async () => {
  expect(await loadsUntilWarm([10, 20, 30, 31, 30])).toEqual({ loads: 5, asked: [0, 10, 20, 30, 31] });
});

test('one slow load among faster ones is noise', async () => {
  expect((await loadsUntilWarm([10, 20, 5, 30, 30, 30])).loads).toBe(6);
});

test('a load that always gets faster ends it after twelve, and one that never works after two', async () => {
  expect((await loadsUntilWarm(Array.from({ length: 20 }, (_, n) => 2 ** n))).loads).toBe(12);
  expect((await loadsUntilWarm([0])).loads).toBe(2);
});
