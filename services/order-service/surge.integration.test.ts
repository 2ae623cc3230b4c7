import { Redis } from 'ioredis';
import { latLngToCell } from 'h3-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '@quickbite/shared/testing';
import type { ServiceAnswer } from '@quickbite/shared/testing';
import { eur, newCase, orderOf, somebody, someId } from './testing/orders.js';
import { startOrderService } from './testing/start-order-service.js';
import type { OrderServiceUnderTest } from './testing/start-order-service.js';

const quoteAnswer = z.looseObject({
  quoteId: z.string(),
  expiresAt: z.string(),
  total: z.object({ amount: z.number() }),
  pricing: z.object({ surge: z.looseObject({ multiplier: z.number() }) }),
});
const quoteOf = (answer: ServiceAnswer): z.infer<typeof quoteAnswer> => quoteAnswer.parse(answer.body);

/** Where the restaurant of `newCase` is, and the cell next to it. */
const CELL = latLngToCell(52.52, 13.405, 8);
const problem = (slug: string): object => ({ type: `https://quickbite.dev/problems/${slug}` });

describe('surge pricing and quotes', () => {
  let service: OrderServiceUnderTest;
  let redis: Redis;
  beforeAll(async () => {
    service = await startOrderService();
    redis = new Redis(`redis://127.0.0.1:${service.redis.port}`);
    redis.on('error', () => undefined);
  });
  beforeEach(async () => {
    await redis.flushall();
    await service.setKnobs({ 'surge.enabled': true, 'surge.repriceSeconds': 0, 'orders.quoteTtlSeconds': 300 });
  });
  afterAll(async () => {
    redis.disconnect();
    await service.stop();
  });

  const quote = (body: unknown, as = somebody('customer')): Promise<ServiceAnswer> =>
    service.call('POST', '/api/orders/quote', { as, body });
  /** What driver-service writes about a driver who waits. */
  const driverWaits = (cell = CELL, seenMsAgo = 0): Promise<unknown> =>
    redis.zadd(`surge:supply:${cell}`, Date.now() - seenMsAgo, someId());
  /** So many customers ask for a price, one after the other; the last answer. */
  async function rush(body: unknown, customers: number): Promise<z.infer<typeof quoteAnswer>> {
    let last: ServiceAnswer | undefined;
    for (let n = 0; n < customers; n += 1) last = await quote(body);
    if (!last) throw new Error('expected at least one customer');
    return quoteOf(last);
  }
  const prices = async (outcome: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
    return Number(new RegExp(`^surge_prices_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  };

  it('says what an order would cost, and for how long that holds', async () => {
    const { request } = newCase(service);
    const answer = await quote(request);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      items: [{ name: 'Curry', unitPrice: eur(1290), quantity: 2 }, { name: 'Rice' }],
      itemsTotal: eur(3180),
      deliveryFee: eur(199),
      total: eur(3379),
      pricing: {
        distanceMeters: 1501,
        baseDeliveryFee: eur(199),
        surgeFee: eur(0),
        surge: { multiplier: 1, cell: CELL, demand: 1, supply: 0 },
      },
    });
    expect(Date.parse(quoteOf(answer).expiresAt)).toBeGreaterThan(Date.now() + 200_000);
  });

  it('raises the fee step by step while many customers want something of few drivers', async () => {
    const { request } = newCase(service);
    await driverWaits();
    const multipliers: number[] = [];
    for (let n = 0; n < 12; n += 1) multipliers.push((await rush(request, 1)).pricing.surge.multiplier);
    expect(multipliers).toEqual([1, 1, 1, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.5, 2.5]);
    expect(await prices('raised')).toBeGreaterThanOrEqual(8);
    for (let n = 0; n < 12; n += 1) await driverWaits();
    expect((await rush(request, 1)).pricing.surge).toMatchObject({ multiplier: 1, demand: 13, supply: 13 });
  });

  it('holds a multiplier for a while, whoever comes', async () => {
    const { request } = newCase(service);
    const first = await rush(request, 5);
    await service.setKnobs({ 'surge.repriceSeconds': 600 });
    const later = await rush(request, 10);
    expect(later.pricing.surge).toEqual(first.pricing.surge);
  });

  it('counts a customer once, however often they ask, and only where they asked last', async () => {
    const { request, restaurant } = newCase(service);
    const as = somebody('customer');
    for (let n = 0; n < 5; n += 1) await quote(request, as);
    expect(await redis.zrange(`surge:demand:${CELL}`, 0, -1)).toEqual([as.userId]);
    const elsewhere = {
      ...restaurant,
      id: someId(),
      location: { type: 'Point' as const, coordinates: [13.44, 52.52] as [number, number] },
    };
    service.restaurants.restaurants.set(elsewhere.id, elsewhere);
    expect((await quote({ ...request, restaurantId: elsewhere.id }, as)).status).toBe(200);
    expect(await redis.exists(`surge:demand:${CELL}`)).toBe(0);
    expect(await redis.zcard(`surge:demand:${latLngToCell(52.52, 13.44, 8)}`)).toBe(1);
  });

  it('does not count drivers who were not seen for two minutes, nor customers whose time is over', async () => {
    const { request } = newCase(service);
    await driverWaits(CELL, 121_000);
    await driverWaits(CELL, 119_000);
    await redis.zadd(`surge:demand:${CELL}`, Date.now() - 601_000, 'long-ago', Date.now() - 599_000, 'not-so-long-ago');
    expect((await rush(request, 1)).pricing.surge).toMatchObject({ demand: 2, supply: 1 });
  });

  it('stores on an order what its price was made of', async () => {
    const { request, place, customer } = newCase(service);
    await driverWaits();
    await rush(request, 5);
    const placed = await place();
    const pricing = {
      baseDeliveryFee: eur(199),
      surgeFee: eur(100),
      surge: { multiplier: 1.5, cell: CELL, demand: 6, supply: 1 },
    };
    expect(placed.body).toMatchObject({ deliveryFee: eur(299), total: eur(3479), pricing });
    const path = `/api/orders/${orderOf(placed).id}`;
    expect((await service.call('GET', path, { as: customer })).body).toMatchObject({ total: eur(3479), pricing });
  });

  describe('an order with a quote', () => {
    it('costs what was quoted, although the fee has risen since', async () => {
      const { request, place, customer } = newCase(service);
      const { quoteId, total } = quoteOf(await quote(request, customer));
      await rush(request, 8);
      const placed = await place({ body: { ...request, quoteId } });
      expect(placed.status).toBe(201);
      expect(placed.body).toMatchObject({ total, pricing: { surge: { multiplier: 1 } } });
      const { place: placeNow, request: other } = newCase(service);
      expect((await placeNow({ body: other })).body).toMatchObject({ pricing: { surge: { multiplier: 2.5 } } });
    });

    it('is refused when the quote was made for somebody or something else, or by somebody else', async () => {
      const { request, place, customer } = newCase(service);
      const { quoteId } = quoteOf(await quote(request, customer));
      const [payload = '', mac = ''] = quoteId.split('.');
      const cheaper = JSON.stringify({
        ...z.looseObject({}).parse(JSON.parse(Buffer.from(payload, 'base64url').toString())),
        total: 1,
      });
      const refused: readonly (readonly [string, Promise<ServiceAnswer>])[] = [
        ['another customer', place({ as: somebody('customer'), body: { ...request, quoteId } })],
        ['other items', place({ body: { ...request, items: request.items.slice(1), quoteId } })],
        [
          'a forged price',
          place({ body: { ...request, quoteId: `${Buffer.from(cheaper).toString('base64url')}.${mac}` } }),
        ],
        ['no signature', place({ body: { ...request, quoteId: payload } })],
        ['nonsense', place({ body: { ...request, quoteId: 'x' } })],
      ];
      for (const [what, answering] of refused) {
        const answer = await answering;
        expect(answer.status, what).toBe(400);
        expect(answer.body).toMatchObject({ ...problem('invalid-request'), errors: [{ path: 'quoteId' }] });
      }
    });

    it('is refused when the quote has expired, and repeated when it was placed in time', async () => {
      const { request, place, customer } = newCase(service);
      const key = someId();
      const body = { ...request, quoteId: quoteOf(await quote(request, customer)).quoteId };
      expect((await place({ key, body })).status).toBe(201);
      await service.setKnobs({ 'orders.quoteTtlSeconds': 0 });
      const expired = quoteOf(await quote(request, customer)).quoteId;
      const answer = await place({ body: { ...request, quoteId: expired } });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        ...problem('conflict'),
        detail: expect.stringContaining('was good until') as string,
      });
      expect((await place({ key, body })).status).toBe(200);
    });

    it('is refused when the menu has changed since: a customer pays what they saw or nothing', async () => {
      const { request, place, customer, restaurant } = newCase(service);
      const { quoteId } = quoteOf(await quote(request, customer));
      const menu = restaurant.menu.map((item) => ({ ...item, price: eur(item.price.amount + 1) }));
      service.restaurants.restaurants.set(restaurant.id, { ...restaurant, menu });
      const answer = await place({ body: { ...request, quoteId } });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ detail: expect.stringMatching(/3379 costs 3383 EUR/) as string });
    });
  });

  it('leaves the fee as it is where surge pricing is off', async () => {
    const { request } = newCase(service);
    await service.setKnobs({ 'surge.enabled': false });
    const { pricing } = await rush(request, 10);
    expect(pricing.surge).toEqual({ multiplier: 1 });
    expect(await redis.keys('surge:*')).toEqual([]);
  });

  it('takes orders at the plain fee while Redis is away or hangs, and says so in a metric', async () => {
    const { request, place } = newCase(service);
    await rush(request, 8);
    const before = await prices('unknown');
    service.redis.pause();
    const hanging = await place();
    service.redis.resume();
    await service.redis.kill();
    const away = await place({ as: somebody('customer') });
    for (const { status, body } of [hanging, away]) {
      expect(status).toBe(201);
      expect(body).toMatchObject({ deliveryFee: eur(199), pricing: { surge: { multiplier: 1, cell: CELL } } });
    }
    expect(await prices('unknown')).toBe(before + 2);
    await service.redis.restart();
    await eventually(async () => expect((await rush(request, 1)).pricing.surge).toHaveProperty('demand'));
  });
});
