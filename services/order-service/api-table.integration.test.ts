import type { Identity } from '@quickbite/shared/identity';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { orderAt } from './testing/order-at.js';
import { somebody, someId } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const callers = [
  'nobody',
  'customer',
  'another customer',
  'owner',
  'another owner',
  'driver',
  'another driver',
  'admin',
  'service',
] as const;
type Caller = (typeof callers)[number];
type Case = Awaited<ReturnType<typeof orderAt>>;
type State = Parameters<typeof orderAt>[1];

interface Request {
  readonly route: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request on an order in a state, and what each caller is answered, in the order of `callers`. */
interface Row {
  readonly state: State;
  readonly what?: string;
  readonly request: (it: Case) => Request;
  readonly answers: readonly number[];
}

const SLUGS: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  401: 'not-authenticated',
  402: 'payment-declined',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
};

const move =
  (to: string, version?: number) =>
  (it: Case): Request => ({
    route: 'POST /api/orders/:id/transitions',
    body: { to, version: version ?? it.version },
  });
const place = ({ request }: Case): Request => ({
  route: 'POST /api/orders',
  body: request,
  headers: { 'idempotency-key': someId() },
});

// prettier-ignore
const access: readonly Row[] = [
  //                                                                                       nobody customer other owner other driver other admin service
  { state: 'READY', request: place,                                                       answers: [401, 201, 201, 403, 403, 403, 403, 403, 403] },
  { state: 'READY', request: ({ request }) => ({ route: 'POST /api/orders/quote', body: request }), answers: [401, 200, 200, 403, 403, 403, 403, 403, 403] },
  { state: 'READY', request: () => ({ route: 'GET /api/orders' }),                        answers: [401, 200, 200, 200, 200, 200, 200, 403, 403] },
  { state: 'READY', request: () => ({ route: 'GET /api/orders/:id' }),                    answers: [401, 200, 404, 200, 404, 200, 404, 404, 403] },
  { state: 'PENDING', request: () => ({ route: 'POST /api/orders/:id/payment', body: { paymentToken: 'tok_visa' } }), answers: [401, 200, 404, 403, 403, 403, 403, 403, 403] },
  { state: 'CONFIRMED', what: 'PREPARING', request: move('PREPARING'),                    answers: [401, 403, 404, 200, 404, 403, 404, 404, 403] },
  { state: 'PREPARING', what: 'READY', request: move('READY'),                            answers: [401, 403, 404, 200, 404, 403, 404, 404, 403] },
  { state: 'READY', what: 'OUT_FOR_DELIVERY', request: move('OUT_FOR_DELIVERY'),          answers: [401, 403, 404, 403, 404, 200, 404, 404, 403] },
  { state: 'OUT_FOR_DELIVERY', what: 'DELIVERED', request: move('DELIVERED'),             answers: [401, 403, 404, 403, 404, 200, 404, 404, 403] },
  { state: 'CONFIRMED', what: 'CANCELLED', request: move('CANCELLED'),                    answers: [401, 200, 404, 200, 404, 403, 404, 404, 403] },
  { state: 'DELIVERED', request: () => ({ route: 'POST /api/orders/:id/rating', body: { stars: 5 } }), answers: [401, 201, 404, 403, 403, 403, 403, 403, 403] },
];

/** Requests of whoever may make them, which are refused for what they say or for how the order is. */
interface Refusal {
  readonly why: string;
  readonly state: State;
  readonly as: 'customer' | 'owner';
  readonly request: (it: Case) => Request;
  readonly status: number;
}

const onOrder = (path: string, body?: unknown) => (): Request => ({ route: path, ...(body !== undefined && { body }) });
const placeWith =
  (change: object) =>
  (it: Case): Request => ({ ...place(it), body: { ...it.request, ...change } });
const rate = onOrder('POST /api/orders/:id/rating', { stars: 5 });
const pay = (paymentToken: string) => onOrder('POST /api/orders/:id/payment', { paymentToken });
const customer = { as: 'customer', state: 'READY' } as const;
const owner = { as: 'owner', state: 'READY' } as const;

const refusals: readonly Refusal[] = [
  { ...customer, why: 'no idempotency key', request: (it) => ({ ...place(it), headers: {} }), status: 400 },
  { ...customer, why: 'no items', request: placeWith({ items: [] }), status: 400 },
  { ...customer, why: 'a price of their own', request: placeWith({ total: 1 }), status: 400 },
  {
    ...customer,
    why: 'a dish that is not on the menu',
    request: placeWith({ items: [{ menuItemId: someId(), quantity: 1 }] }),
    status: 400,
  },
  { ...customer, why: 'a quote that is none', request: placeWith({ quoteId: 'cheap' }), status: 400 },
  { ...customer, why: 'a restaurant that is not there', request: placeWith({ restaurantId: someId() }), status: 404 },
  { ...customer, state: 'PENDING', why: 'a second order that is not paid', request: place, status: 409 },
  {
    ...customer,
    why: 'a quote of a quote',
    request: ({ request }) => ({ route: 'POST /api/orders/quote', body: { ...request, quoteId: 'x' } }),
    status: 400,
  },
  {
    ...customer,
    why: 'a quote of a restaurant that is not there',
    request: ({ request }) => ({ route: 'POST /api/orders/quote', body: { ...request, restaurantId: someId() } }),
    status: 404,
  },
  { ...customer, why: 'a page of none', request: onOrder('GET /api/orders?limit=0'), status: 400 },
  { ...customer, why: 'a filter that is not there', request: onOrder('GET /api/orders?status=READY'), status: 400 },
  { ...customer, why: 'no id', request: onOrder('GET /api/orders/latest'), status: 400 },
  { ...customer, why: 'an order that is not there', request: onOrder(`GET /api/orders/${someId()}`), status: 404 },
  { ...customer, state: 'PENDING', why: 'no token', request: onOrder('POST /api/orders/:id/payment', {}), status: 400 },
  { ...customer, state: 'PENDING', why: 'a card that is declined', request: pay('tok_declined'), status: 402 },
  {
    ...customer,
    why: 'paying what is not there',
    request: onOrder(`POST /api/orders/${someId()}/payment`, { paymentToken: 'tok_visa' }),
    status: 404,
  },
  { ...owner, why: 'a state that is none', request: move('EATEN'), status: 400 },
  { ...owner, why: 'a state that only a payment reaches', request: move('CONFIRMED'), status: 400 },
  { ...owner, why: 'a version that is none', request: move('CANCELLED', 0), status: 400 },
  { ...owner, why: 'an old version', request: move('CANCELLED', 1), status: 409 },
  { ...owner, why: 'a step that does not follow', request: move('PREPARING'), status: 409 },
  {
    ...owner,
    why: 'moving what is not there',
    request: onOrder(`POST /api/orders/${someId()}/transitions`, { to: 'CANCELLED', version: 1 }),
    status: 404,
  },
  {
    ...customer,
    state: 'DELIVERED',
    why: 'six stars',
    request: onOrder('POST /api/orders/:id/rating', { stars: 6 }),
    status: 400,
  },
  { ...customer, why: 'rating before the delivery', request: rate, status: 409 },
  {
    ...customer,
    why: 'rating what is not there',
    request: onOrder(`POST /api/orders/${someId()}/rating`, { stars: 5 }),
    status: 404,
  },
];

describe('the API of order-service', () => {
  let service: OrderServiceUnderTest;
  beforeAll(async () => {
    service = await startOrderService();
  });
  afterAll(() => service.stop());

  function send(it: Case, { route, body, headers }: Request, as: Identity | undefined): Promise<ServiceAnswer> {
    const [method, path = ''] = route.split(' ');
    return service.call(z.enum(['GET', 'POST']).parse(method), path.replace(':id', it.id), {
      ...(as && { as }),
      ...(body !== undefined && { body }),
      ...(headers && { headers }),
    });
  }
  const identities = (it: Case): Readonly<Record<Caller, Identity | undefined>> => ({
    nobody: undefined,
    customer: it.customer,
    'another customer': somebody('customer'),
    owner: it.owner,
    'another owner': somebody('restaurant_owner'),
    driver: it.driver,
    'another driver': somebody('driver'),
    admin: somebody('admin'),
    service: { userId: 'notification-service', role: 'service' },
  });
  function expectProblem({ status, body }: ServiceAnswer, expected: number, why: string): void {
    expect(status, `${why}: ${JSON.stringify(body)}`).toBe(expected);
    expect(body).toMatchObject({
      type: `https://quickbite.dev/problems/${SLUGS[expected] ?? ''}`,
      status: expected,
      detail: expect.any(String) as string,
      correlationId: expect.any(String) as string,
    });
  }

  const named = access.map((row) => {
    const { route } = row.request({ version: 1 } as Case);
    return { ...row, name: row.what === undefined ? route : `${route} to ${row.what}`, route };
  });

  it.each(named)('$name answers each caller', async ({ state, request, answers }) => {
    expect(answers).toHaveLength(callers.length);
    const it = await orderAt(service, state);
    const as = identities(it);
    const refused = callers.filter((_, index) => (answers[index] ?? 0) >= 400);
    for (const caller of refused)
      expectProblem(await send(it, request(it), as[caller]), answers[callers.indexOf(caller)] ?? 0, caller);
    const untouched = await it.read(it.id);
    expect(untouched).toMatchObject({ status: state, version: it.version });
    expect(untouched).not.toHaveProperty('rating');

    for (const caller of callers.filter((one) => !refused.includes(one))) {
      // Each has an order of their own: what the one before did must not stand in the way.
      const fresh = await orderAt(service, state);
      const answer = await send(fresh, request(fresh), identities(fresh)[caller]);
      expect(answer.status, `${caller}: ${JSON.stringify(answer.body)}`).toBe(answers[callers.indexOf(caller)]);
    }
  });

  it.each(refusals)('refuses $why: $status', async ({ why, state, as, request, status }) => {
    const it = await orderAt(service, state);
    expectProblem(await send(it, request(it), as === 'customer' ? it.customer : it.owner), status, why);
  });

  it('refuses a key that comes with another order, and another rating: both are given once', async () => {
    const it = await orderAt(service, 'DELIVERED');
    const first = place(it);
    expect((await send(it, first, it.customer)).status).toBe(201);
    expect((await send(it, first, it.customer)).status).toBe(200);
    const another = { ...first, body: { ...it.request, items: it.request.items.slice(1) } };
    expectProblem(await send(it, another, it.customer), 409, 'another order');
    expect((await send(it, rate(), it.customer)).status).toBe(201);
    expect((await send(it, rate(), it.customer)).status).toBe(200);
    const worse = onOrder('POST /api/orders/:id/rating', { stars: 1 });
    expectProblem(await send(it, worse(), it.customer), 409, 'another rating');
  });

  it('has no route that is not in the tables', async () => {
    const { body } = await service.call('GET', '/openapi.json');
    const { paths } = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(body);
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    // The payment provider's signature is no identity: payment-webhooks.integration.test.ts is about it.
    const ours = documented.filter((route) => route !== 'POST /webhooks/payments');
    expect(ours.toSorted()).toEqual([...new Set(named.map(({ route }) => route))].toSorted());
  });
});
