import type { GeoPoint, Money } from '../../http/index.js';
import { cuisines } from './cuisines.js';
import type { Cuisine, Dish } from './cuisines.js';
import { lastNames } from './names.js';
import { chooseByShare, neighbourhoods, placeIn } from './neighbourhoods.js';
import type { Citizen } from './people.js';
import { createRandom, seededId } from './random.js';
import type { Random } from './random.js';

/** A restaurant with its menu. */
export interface Eatery {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly description: string;
  readonly cuisine: string;
  readonly location: GeoPoint;
  /** 2.8 to 5, one decimal. */
  readonly rating: number;
  readonly menu: readonly { readonly id: string; readonly name: string; readonly price: Money }[];
}

/** The first ones go to one owner each, so that everybody has one; the rest to anybody. */
export function createEateries(seed: number, count: number, owners: readonly [Citizen, ...Citizen[]]): Eatery[] {
  const random = createRandom(seed, 'eateries');
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const cuisine = chooseByShare(cuisines, random);
    const neighbourhood = chooseByShare(neighbourhoods, random);
    const owner = owners[index] ?? random.pick(owners);
    const name = unusedName(cuisine, neighbourhood.name, taken, random);
    return {
      id: seededId(seed, 'eatery', index),
      ownerId: owner.id,
      name,
      description: `${capitalised(cuisine.name)} in ${neighbourhood.name}, by ${owner.name}.`,
      cuisine: cuisine.name,
      location: placeIn(neighbourhood, random),
      rating: Math.round(10 * Math.min(5, Math.max(2.8, 4.3 + 0.4 * random.gaussian()))) / 10,
      menu: createMenu(seed, index, cuisine, random),
    };
  });
}

/** A second Trattoria Rossi says where it is; a third gets another name. */
function unusedName(cuisine: Cuisine, where: string, taken: Set<string>, random: Random): string {
  for (;;) {
    const name = random.pick(cuisine.signs).replace('{}', random.pick(lastNames));
    const unused = [name, `${name}, ${where}`].find((candidate) => !taken.has(candidate));
    if (unused === undefined) continue;
    taken.add(unused);
    return unused;
  }
}

/** Most of what the kitchen knows, at this restaurant's price level. */
function createMenu(seed: number, eatery: number, { dishes }: Cuisine, random: Random): Eatery['menu'] {
  const level = 0.85 + 0.45 * random.next();
  return random
    .sample(dishes, random.between(Math.ceil(dishes.length * 0.6), dishes.length))
    .map(([name, cents]: Dish, index) => ({
      id: seededId(seed, `dish of ${eatery}`, index),
      name,
      price: { amount: Math.round((cents * level) / 10) * 10, currency: 'EUR' },
    }));
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
