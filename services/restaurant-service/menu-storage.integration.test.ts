import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { item, owner, startRestaurants } from './testing/start-restaurants.js';
import type { StartedRestaurants } from './testing/start-restaurants.js';

const priceOf = (amount: number) => ({ amount, currency: 'EUR' });
const menu = ['Soup', 'Curry', 'Rice'].map((name) => ({ name, price: priceOf(900) }));

describe('a menu', () => {
  let service: StartedRestaurants;
  beforeAll(async () => {
    service = await startRestaurants();
  });
  afterEach(() => service.reset());
  afterAll(() => service.stop());

  const read = async (id: string) =>
    (await service.call('GET', `/api/restaurants/${id}`)).body as Record<string, unknown>;
  const change = async (id: string, body: object) =>
    service.countWrite(await service.call('PATCH', `/api/restaurants/${id}`, { as: owner, body }));
  const queries = async (): Promise<number> =>
    Number(/^restaurant_queries_total\{.*\} (\d+)$/m.exec(await service.metrics())?.[1] ?? 0);
  /** How many queries one read takes. */
  const queriesOf = async (id: string): Promise<number> => {
    const before = await queries();
    await read(id);
    return (await queries()) - before;
  };

  it.each([
    ['together', 2],
    ['join', 1],
    ['one-by-one', 1 + menu.length],
  ])('whose dishes have documents of their own is read in its order: %s, in %d queries', async (lookup, expected) => {
    await service.setKnobs({ 'menu.storage': 'referenced', 'menu.lookup': lookup, 'cache.enabled': false });
    const created = await service.create({ menu });
    expect((await read(created.id))['menu']).toEqual(created.menu);
    expect(await queriesOf(created.id)).toBe(expected);
    const reversed = created.menu.toReversed().map(({ id, name }) => ({ id, name, price: priceOf(1100) }));
    expect(await change(created.id, { menu: reversed })).toMatchObject({ status: 200, body: { menu: reversed } });
    expect((await read(created.id))['menu']).toEqual(reversed);
    const batch = await service.call('GET', `/api/restaurants/batch?ids=${created.id}`, { as: owner });
    expect(batch.body).toMatchObject({ items: [{ menu: reversed }] });
  });

  it('moves with its next change to where the knob says, and reads one document then', async () => {
    await service.setKnobs({ 'menu.storage': 'referenced', 'cache.enabled': false });
    const { id } = await service.create({ menu });
    await service.setKnobs({ 'menu.storage': 'embedded' });
    expect(await queriesOf(id)).toBe(2);
    await change(id, { name: 'Still there' });
    expect(await queriesOf(id)).toBe(2);
    await change(id, { menu: [item] });
    expect(await queriesOf(id)).toBe(1);
    expect(await read(id)).toMatchObject({ name: 'Still there', menu: [item] });
  });

  it('is in no list, wherever it is stored', async () => {
    await service.setKnobs({ 'menu.storage': 'referenced' });
    await service.create({ menu });
    const { body } = await service.call('GET', '/api/restaurants');
    expect(JSON.stringify(body)).not.toContain('menu');
  });
});
