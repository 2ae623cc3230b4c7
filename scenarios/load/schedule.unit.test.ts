import { expect, test } from 'vitest';
import { someData } from '../testing/some-data.js';
import { browse } from './browse.js';
import { customerAddress, customersFor } from './customers.js';
import { seededRandom } from './random.js';
import { Samples } from './samples.js';
import type { Sample } from './samples.js';
import { lagDoubt } from './schedule-lag.js';
import type { PlannedRequest } from './traffic.js';

const data = someData(['r1', 'r2', 'r3', 'r4']);

function take(count: number, options: Parameters<typeof browse>[0], seed: number): PlannedRequest[] {
  const plan = browse(options).plan(data, seededRandom(seed));
  return Array.from({ length: count }, () => plan.next().value as PlannedRequest);
}

test('the same seed gives the same schedule, another seed another', () => {
  expect(take(200, { rate: 50 }, 3)).toEqual(take(200, { rate: 50 }, 3));
  expect(take(200, { rate: 50 }, 3)).not.toEqual(take(200, { rate: 50 }, 4));
});

test('requests are evenly spaced at the rate', () => {
  expect(take(4, { rate: 40 }, 1).map((request) => request.offsetMs)).toEqual([0, 25, 50, 75]);
});

test('every restaurant is asked for once before any is asked for again', () => {
  const first = take(4, { rate: 10 }, 9).map((request) => request.path.split('/').at(-1));
  expect(first.sort()).toEqual(data.restaurantIds);
});

test('the given share asks in vain, for as long as it should, and expects a 404', () => {
  const asked = take(400, { rate: 100, absent: { share: 0.8, forMs: 2_000 } }, 5);
  const early = asked.filter((request) => request.offsetMs < 2_000 && request.expects === 404);
  expect(early.length).toBeGreaterThan(140);
  expect(early.length).toBeLessThan(180);
  expect(early.every((request) => /^\/api\/restaurants\/0{8}[0-9a-f]{16}$/.test(request.path))).toBe(true);
  expect(asked.some((request) => request.offsetMs >= 2_000 && request.expects === 404)).toBe(false);
});

test('customers have addresses of the benchmark range, and are many enough for the rate limits', () => {
  expect(customerAddress(0)).toBe('198.18.0.0');
  expect(customerAddress(131_071)).toBe('198.19.255.255');
  // A quarter of an hour at this rate, spread over them, stays under 100 each.
  expect((500 * 60) / customersFor(500)).toBeLessThan(100);
});

const sample = (intendedAt: number, sentAt: number, doneAt: number, status = 200): Sample => ({
  intendedAt,
  sentAt,
  doneAt,
  status,
  expected: 200,
  fallback: false,
  error: undefined,
  tag: 'browse',
});

test('a generator that sends late makes the run doubtful', () => {
  const punctual = Array.from({ length: 100 }, (_, n) => sample(n, n + 5, n + 9));
  expect(lagDoubt(punctual, 'here')).toBeUndefined();
  expect(
    lagDoubt([...punctual, ...punctual.slice(0, 3).map((one) => ({ ...one, sentAt: one.intendedAt + 400 }))], 'here'),
  ).toMatch(/400 ms late/);
});

test('percentiles are of the nearest rank, and of nothing there is none', () => {
  const samples = new Samples(Array.from({ length: 100 }, (_, n) => sample(0, 0, n + 1)));
  expect([samples.latency(50), samples.latency(99), samples.latency(100)]).toEqual([50, 99, 100]);
  expect(new Samples([]).latency(50)).toBeUndefined();
  expect(new Samples([]).percent(() => true)).toBeUndefined();
});

test('the peak of waiting requests counts those that overlap', () => {
  const samples = new Samples([sample(0, 0, 10), sample(5, 5, 15), sample(6, 6, 7), sample(20, 20, 21)]);
  expect(samples.peakWaiting(0, 100)).toBe(3);
  expect(samples.peakWaiting(8, 100)).toBe(2);
  expect(samples.peakWaiting(16, 100)).toBe(1);
});
