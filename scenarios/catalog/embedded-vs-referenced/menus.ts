import { z } from 'zod';
import type { Restaurant, StoryAnswer } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';

/** Prices of the n-th change are between n and n + 1 times this, in cents. */
const STEP = 1_000;

const nameOf = (change: number): string => `Changed ${String(change)} times`;
const priceOf = (change: number, dish: number): { readonly amount: number; readonly currency: string } => ({
  amount: (change + 1) * STEP + dish,
  currency: 'EUR',
});

const opened = z.looseObject({ id: z.string(), menu: z.array(z.looseObject({ id: z.string() })).min(1) });

/** The owner opens a restaurant with so many dishes. */
export async function newMenu(run: ArmRun, dishes: number): Promise<Restaurant> {
  const answer = await run.api(run.cast.owner).post('/api/restaurants', {
    name: nameOf(0),
    cuisine: 'italian',
    location: run.cast.place,
    menu: Array.from({ length: dishes }, (_, n) => ({ name: `Dish ${String(n + 1)}`, price: priceOf(0, n) })),
  });
  return answer.expect(201).read(opened);
}

/** What the owner sends for the n-th change: another name, and other prices. */
export function changeOf({ menu }: Restaurant, change: number): Readonly<Record<string, unknown>> {
  return {
    name: nameOf(change),
    menu: menu.map(({ id }, n) => ({ id, name: `Dish ${String(n + 1)}`, price: priceOf(change, n) })),
  };
}

const shown = z.looseObject({
  name: z.string(),
  menu: z.array(z.looseObject({ price: z.looseObject({ amount: z.number() }) })),
});

/** Whether name and prices are of the same change. */
export function asChanged(answer: StoryAnswer): boolean {
  const { name, menu } = answer.read(shown);
  return menu.every(({ price }) => name === nameOf(Math.floor(price.amount / STEP) - 1));
}
