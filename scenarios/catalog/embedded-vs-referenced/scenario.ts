import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { percentile } from '../../load/index.js';
import type { Restaurant } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, layouts, PHOTOS, values } from './judgement.js';
import { asChanged, changeOf, newMenu } from './menus.js';
import { collectPhotos, photoKinds } from './photos.js';

const parameters = z.object({
  dishes: z.int().min(3).max(50).default(10).describe('how many dishes the menu has'),
  reads: z.int().min(5).max(50).default(6).describe('how often it is read while nobody changes it'),
  changes: z.int().min(3).max(50).default(8).describe('how often it is changed while it is read'),
  queryMs: z.int().min(5).max(200).default(20).describe('how long MongoDB takes for an answer'),
});

const SERVICE = 'restaurant-service';
const DATABASE = { from: SERVICE, to: 'mongo' } as const;
const AT = { at: SERVICE } as const;
/** Customers who read the menu again and again while it is changed. */
const READERS = 4;

export const embeddedVsReferenced = defineScenario({
  id: 'embedded-vs-referenced',
  title: 'Embedded or referenced',
  question:
    'Dishes inside of their restaurant, or in documents of their own: what does a read cost, and what does it see?',
  summary:
    'A menu is read and changed while MongoDB is 20 ms away: once with a document for each dish, read in three ways, and once with the ' +
    'menu inside of the document of its restaurant. Then photos are added until a document is full, or each in one of its own: what is ' +
    'bounded belongs inside, what grows does not.',
  seconds: 35,
  concepts: ['embedded-vs-referenced'],
  questions: ['when-to-embed-and-when-to-reference'],
  claims: ['embedding-reads-everything-in-one-query', 'sixteen-megabytes-are-no-concern'],
  services: ['api-gateway', 'user-service', SERVICE],
  links: [DATABASE],
  cast: { customers: 1, drivers: 0, restaurants: 3 },
  parameters,
  defect: {
    file: 'services/restaurant-service/dist/data-access/stored-menus.js',
    from: 'if (settings().storage === "embedded")',
    to: 'if (menu.length === 0)',
    refutes: `${values.torn}, ${layouts.embedded}`,
  },

  arms: () => {
    const arm = (photos: string): ArmKnobs => ({
      'api-gateway': { 'rateLimit.enabled': false },
      [SERVICE]: { 'cache.enabled': false },
      client: { photos },
    });
    return { undefended: arm('embedded'), defended: arm('referenced') };
  },
  variants: () => {
    const referenced = (lookup: string): ArmKnobs => ({
      [SERVICE]: { 'menu.storage': 'referenced', 'menu.lookup': lookup },
    });
    return {
      undefended: {
        [layouts.each]: referenced('one-by-one'),
        [layouts.two]: referenced('together'),
        [layouts.join]: referenced('join'),
      },
      defended: { [layouts.embedded]: { [SERVICE]: { 'menu.storage': 'embedded' } } },
    };
  },
  bars: [{ value: values.queries }, { value: values.time, unit: 'ms' }, { value: values.torn }],

  prediction: {
    question:
      'A restaurant and its dishes are read in one query ($lookup) while the owner changes all of them. Can a reader see half of it?',
    options: ['no: it is one query', 'yes: the change is more than one write'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.phase('far', { what: `MongoDB takes ${String(p.queryMs)} ms for an answer` }, () =>
      run.inject(latency(DATABASE, { ms: p.queryMs })),
    );
    await run.eachVariant(async (layout) => {
      let restaurant: Restaurant | undefined;
      await run.phase(`reads, ${layout}`, { what: `a menu of ${String(p.dishes)} dishes is read` }, async () => {
        restaurant = await newMenu(run, p.dishes);
        await read(run, restaurant.id, p.reads);
      });
      await run.phase(`changes, ${layout}`, { what: 'its name and all prices change while it is read' }, async () => {
        if (restaurant) await changeWhileRead(run, restaurant, p.changes);
      });
    });
    await run.heal();
    await run.phase('photos', { what: `customers add ${String(PHOTOS)} photos` }, async () => {
      const { photos } = run.client(z.object({ photos: z.enum(photoKinds) }));
      run.record(values.refused, await collectPhotos(run, photos, PHOTOS), { samples: PHOTOS });
    });
  },

  checks: checksFor,
  why: explain,
});

/** How long one read takes, and how many queries. */
async function read(run: ArmRun, id: string, reads: number): Promise<void> {
  const before = await run.inside.metrics(SERVICE);
  const times: number[] = [];
  for (let n = 0; n < reads; n += 1) {
    const answer = (await run.api(undefined, AT).get(`/api/restaurants/${id}`)).expect(200);
    times.push(answer.ms);
  }
  const after = await run.inside.metrics(SERVICE);
  run.record(values.queries, after.since(before, 'restaurant_queries_total') / reads, { samples: reads });
  run.record(values.time, percentile(times, 50) ?? NaN, { samples: reads });
}

/** The owner changes name and prices together, and customers look whether they see either all of it or nothing. */
async function changeWhileRead(run: ArmRun, restaurant: Restaurant, changes: number): Promise<void> {
  let over = false;
  let reads = 0;
  let torn = 0;
  const look = async (): Promise<void> => {
    while (!over) {
      const answer = await run.api(undefined, AT).get(`/api/restaurants/${restaurant.id}`);
      reads += 1;
      if (!asChanged(answer.expect(200))) torn += 1;
    }
  };
  const readers = Array.from({ length: READERS }, look);
  try {
    for (let n = 1; n <= changes; n += 1)
      (await run.api(run.cast.owner).patch(`/api/restaurants/${restaurant.id}`, changeOf(restaurant, n))).expect(200);
  } finally {
    over = true;
    await Promise.all(readers);
  }
  run.record(values.torn, torn, { samples: reads });
}
