import { expect, test } from 'vitest';
import { someData } from '../testing/some-data.js';
import type { Answer, ClientRequest, Planned, Traffic } from './index.js';
import { browse, paidOrders, positions, shuffledForever, signIns, steady, together } from './index.js';
import { seededRandom } from './random.js';
import { describeRate, offsetsAt } from './rate.js';

const data = someData(['r1', 'r2', 'r3', 'r4']);

function take(count: number, traffic: Traffic, seed = 1): Planned[] {
  const plan = traffic.plan(data, seededRandom(seed));
  return Array.from({ length: count }, () => plan.next().value as Planned);
}

test('a rate in steps keeps to each for its time, and to the last one for ever', () => {
  const rate = [
    { forMs: 1_000, rate: 2 },
    { forMs: 500, rate: 0 },
    { forMs: 1, rate: 10 },
  ];
  const offsets = offsetsAt(rate);
  expect(Array.from({ length: 5 }, () => offsets.next().value)).toEqual([0, 500, 1_500, 1_600, 1_700]);
  expect(describeRate(rate)).toBe('2, then 0, then 10');
  expect(() => offsetsAt([]).next()).toThrow('Expected rates');
});

test('several kinds at the same time are sent in order, each at its own rate', () => {
  const both = together(browse({ rate: 10 }), positions({ rate: 5 }));
  const planned = take(30, both);
  const offsets = planned.map(({ offsetMs }) => offsetMs);
  expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  expect(planned.filter(({ tag }) => tag === 'browse')).toHaveLength(20);
  expect(planned.filter(({ tag }) => tag === 'position')).toHaveLength(10);
  expect(take(30, both)).toEqual(planned);
});

test('of the sign-ins the given share has a wrong password, and expects to be refused', () => {
  const asked = take(400, signIns({ rate: 50, wrong: 0.5 })) as ClientRequest[];
  const wrong = asked.filter(({ expects }) => expects === 401);
  expect(wrong.length).toBeGreaterThan(150);
  expect(wrong.length).toBeLessThan(250);
  expect(wrong.every(({ body = '' }) => !body.includes('password-of'))).toBe(true);
  expect(asked.every(({ body = '', expects }) => expects === 401 || body.includes('password-of'))).toBe(true);
});

test('drivers say where they are by turns, near the place of the run', () => {
  const asked = take(4, positions({ rate: 4 })) as ClientRequest[];
  expect(asked.map(({ headers }) => headers['authorization'])).toEqual(
    ['dora', 'edda', 'dora', 'edda'].map((name) => `Bearer token-of-${name}`),
  );
  const body = JSON.parse(asked[0]?.body ?? '') as { location: { coordinates: number[] } };
  expect(body.location.coordinates[0]).toBeCloseTo(13.4, 2);
});

test('an order is created, then paid; one that is not created is not paid', async () => {
  const [journey] = take(1, paidOrders({ rate: 1, paymentToken: 'tok_slow' }));
  if (!journey || !('go' in journey)) throw new Error('expected a journey');
  const sent: ClientRequest[] = [];
  const answerWith =
    (status: number) =>
    (request: ClientRequest): Promise<Answer> => {
      sent.push(request);
      return Promise.resolve({ status, headers: {}, text: JSON.stringify({ id: 'o1' }), error: undefined });
    };
  await journey.go(answerWith(201));
  expect(sent.map(({ path }) => path)).toEqual(['/api/orders', '/api/orders/o1/payment']);
  expect(sent[1]?.body).toBe('{"paymentToken":"tok_slow"}');
  expect(sent[0]?.headers['idempotency-key']).not.toBe(sent[1]?.headers['idempotency-key']);
  await journey.go(answerWith(503));
  expect(sent).toHaveLength(3);
});

test("a scenario's own requests are made one by one, with the choices of the seed", () => {
  const searches = steady(10, 'GET /api/restaurants/search', ({ restaurantIds }, random) => {
    const words = shuffledForever(restaurantIds, random);
    return (n) => ({
      tag: 'search',
      method: 'GET',
      path: `/api/restaurants/search?q=${words.next().value}&page=${String(n + 1)}`,
      headers: {},
      expects: 200,
    });
  });
  expect(searches.summary).toBe('10 GET /api/restaurants/search a second');
  const paths = take(3, searches, 7).map((planned) => (planned as ClientRequest).path);
  expect(paths).toEqual(take(3, searches, 7).map((planned) => (planned as ClientRequest).path));
  expect(paths.map((path) => path.split('page=')[1])).toEqual(['1', '2', '3']);
});
