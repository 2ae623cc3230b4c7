import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyIdentity } from '@quickbite/shared/identity';
import { answers, cutsTheConnection, startLittleUpstream } from './testing/little-upstream.js';
import type { Behaviour, LittleUpstream } from './testing/little-upstream.js';
import { IDENTITY_SECRET, bearer, startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

const ORDER = 'aaaaaaaaaaaaaaaaaaaaaaaa';
const RESTAURANT = 'bbbbbbbbbbbbbbbbbbbbbbbb';
const DRIVER = 'cccccccccccccccccccccccc';

const order = { id: ORDER, restaurantId: RESTAURANT, driverId: DRIVER, status: 'OUT_FOR_DELIVERY' };
const restaurant = { id: RESTAURANT, name: 'Trattoria' };
const driver = { id: DRIVER, name: 'Dora', vehicle: 'bicycle' };

let upstream: LittleUpstream;
let gateway: TestGateway;
/** What each part answers; a test changes one. */
let parts: Record<'orders' | 'restaurants' | 'drivers', Behaviour>;

beforeAll(async () => {
  upstream = await startLittleUpstream();
});
beforeEach(async () => {
  gateway = await startTestGateway({ upstream: upstream.url, env: { QUICKBITE_VALIDATE_ANSWERS: 'true' } });
  upstream.seen.length = 0;
  parts = { orders: answers(200, order), restaurants: answers(200, restaurant), drivers: answers(200, driver) };
  upstream.behave((seen, res) => {
    const part = /^\/api\/(orders|restaurants|drivers)\//.exec(seen.url)?.[1] as keyof typeof parts;
    parts[part](seen, res);
  });
});
afterEach(() => gateway.close());
afterAll(() => upstream.close());

const details = (id = ORDER, authorization = bearer()): Promise<Response> =>
  fetch(`${gateway.url}/api/orders/${id}/details`, { headers: authorization ? { authorization } : {} });

describe('the details of an order', () => {
  it('are the order, its restaurant and its driver in one answer', async () => {
    const response = await details();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ order, restaurant, driver, partial: false, missing: [] });
    expect(upstream.seen.map(({ url }) => url).sort()).toEqual([
      `/api/drivers/${DRIVER}`,
      `/api/orders/${ORDER}`,
      `/api/restaurants/${RESTAURANT}`,
    ]);
  });

  it('are asked for as the reader, except what is public', async () => {
    await details();
    const identities = upstream.seen.map(({ url, headers }) => [url.split('/')[2], headers['x-quickbite-identity']]);
    for (const [part, identity] of identities)
      if (part === 'restaurants') expect(identity).toBeUndefined();
      else expect(verifyIdentity(String(identity), IDENTITY_SECRET).userId).toBe('0123456789abcdef01234567');
  });

  it('asks for the restaurant and the driver at the same time', async () => {
    // Each is answered only when the other has been asked for, too.
    const waiting: (() => void)[] = [];
    const together =
      (behaviour: Behaviour): Behaviour =>
      (seen, res) => {
        waiting.push(() => behaviour(seen, res));
        if (waiting.length === 2) for (const answer of waiting) answer();
      };
    parts.restaurants = together(parts.restaurants);
    parts.drivers = together(parts.drivers);
    expect(await (await details()).json()).toMatchObject({ partial: false, restaurant, driver });
  });

  it('have no driver before one is assigned, and miss nothing', async () => {
    parts.orders = answers(200, { ...order, driverId: undefined });
    expect(await (await details()).json()).toMatchObject({ driver: null, partial: false, missing: [] });
    expect(upstream.seen).toHaveLength(2);
  });

  it.each([
    ['driver', 'drivers', answers(500, {}), { driver: null, restaurant }],
    ['driver', 'drivers', cutsTheConnection, { driver: null, restaurant }],
    ['restaurant', 'restaurants', answers(503, {}), { restaurant: null, driver }],
    ['restaurant', 'restaurants', answers(404, {}), { restaurant: null, driver }],
  ] as const)('come without the %s when %s fail (%#), and say so', async (part, service, failure, rest) => {
    parts[service] = failure;
    const response = await details();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ order, ...rest, partial: true, missing: [part] });
  });

  it('take the last good copy of a restaurant whose service fails', async () => {
    await fetch(`${gateway.url}/api/restaurants/${RESTAURANT}`);
    parts.restaurants = cutsTheConnection;
    expect(await (await details()).json()).toMatchObject({ restaurant, partial: false });
  });

  it('fail as a whole without aggregation.partial', async () => {
    gateway.knobs.set({ 'aggregation.partial': false });
    expect((await details()).status).toBe(200);
    parts.drivers = cutsTheConnection;
    const response = await details();
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ type: 'https://quickbite.dev/problems/upstream-unreachable' });
  });

  it('are not there for somebody who may not see the order: its service decides, and nothing else is asked', async () => {
    const problem = { type: 'https://quickbite.dev/problems/not-found', title: 'x', status: 404, detail: 'no order' };
    parts.orders = answers(404, problem, { 'content-type': 'application/problem+json' });
    const response = await details();
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual(problem);
    expect(upstream.seen).toHaveLength(1);
  });

  it('fail when order-service does: without the order there is no answer', async () => {
    parts.orders = cutsTheConnection;
    expect((await details()).status).toBe(502);
  });

  it('need a token, a well-formed id, and a place in the limit of reads', async () => {
    expect((await details(ORDER, '')).status).toBe(401);
    expect((await details('not-an-id')).status).toBe(400);
    expect(upstream.seen).toHaveLength(0);
    gateway.knobs.set({ 'rateLimit.enabled': true, 'rateLimit.general.limit': 1 });
    expect((await details()).headers.get('ratelimit')).toMatch(/^"general";r=0/);
    expect((await details()).status).toBe(429);
  });
});
