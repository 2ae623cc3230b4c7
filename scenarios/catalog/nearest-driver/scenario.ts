import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { countingNearby, dismissFleet, growFleet, profile } from './fleet.js';
import {
  answerOfThePrediction,
  checksFor,
  counting,
  examined,
  explain,
  found,
  searchTag,
  sizeAt,
  STAGES,
} from './judgement.js';
import type { Stage } from './judgement.js';

const parameters = z.object({
  largest: z
    .int()
    .min(2_000)
    .max(50_000)
    .default(20_000)
    .describe('how many drivers there are in the end, 500 in each city'),
  searches: z.int().min(5).max(100).default(8).describe('how often somebody looks for the nearest, at each size'),
});

const answer = z.looseObject({ items: z.array(z.looseObject({ distance: z.number() })) });

const PATIENCE_MS = 30_000;

const searching = (byIndex: boolean): ArmKnobs => ({
  // Slow is the lesson here, and not that the gateway gives up on it.
  'api-gateway': { 'rateLimit.enabled': false, 'upstream.timeoutMs': PATIENCE_MS },
  'driver-service': { 'search.byIndex': byIndex },
});

export const nearestDriver = defineScenario({
  id: 'nearest-driver',
  title: 'The nearest driver',
  question:
    'The company opens in 39 more cities. What does that cost a customer who looks for a driver in the first one?',
  summary:
    'A fleet grows from 500 drivers in one city to 20,000 in forty, and somebody in the first city asks for the ten nearest. Computing the ' +
    'distance to everybody reads forty times as many documents; a geospatial index reads the neighbourhood, and does not notice the other cities.',
  seconds: 40,
  concepts: ['geospatial-indexes', 'nearest-driver'],
  questions: ['find-the-nearest-driver'],
  claims: ['geo-index-is-log-n', 'count-documents-with-near'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'driver-service'],
  cast: { customers: 1, drivers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/driver-service/dist/data-access/mongo-driver-repository.js',
    from: 'byIndex() ? nearByIndex',
    to: 'byIndex() ? nearByScan',
    refutes: 'documents read a search, grown by',
  },

  arms: () => ({ undefended: searching(false), defended: searching(true) }),
  bars: STAGES.map((stage) => ({ value: examined(stage) })),

  prediction: {
    question:
      'With the index: from 500 drivers to 20,000, in forty cities. How many times as many documents does a search in the first city read?',
    options: ['forty times', 'about three or four times, the logarithm', 'as many as before'],
    answer: answerOfThePrediction,
  },

  notes: {
    count: 'The recipe for surge prices counts drivers with $near. Has anybody run it?',
  },

  async story(run, p) {
    await dismissFleet(run);
    try {
      let size = 0;
      for (const stage of STAGES) {
        const drivers = sizeAt(stage, p.largest);
        await run.phase(stage, { what: `${String(drivers)} drivers, and who looks for the ten nearest` }, async () => {
          await growFleet(run, size, drivers);
          size = drivers;
          await search(run, stage, p.searches);
        });
      }
      await run.phase('count', { what: 'how many drivers are within 5 km?' }, async () => {
        const { near, within } = await countingNearby(run);
        run.record(counting.refused, near === 'refused' ? 1 : 0);
        run.record(counting.within, within);
      });
    } finally {
      await dismissFleet(run);
    }
  },

  checks: checksFor,
  why: explain,
});

async function search(run: ArmRun, stage: Stage, times: number): Promise<void> {
  const [customer] = run.cast.customers;
  const [lng, lat] = run.cast.place.coordinates;
  const api = run.api(customer, { tag: searchTag(stage) });
  const path = `/api/drivers/nearby?lng=${String(lng)}&lat=${String(lat)}`;
  let nearest = 0;
  const searches = await profile(run, async () => {
    for (let n = 0; n < times; n += 1) nearest = (await api.get(path)).expect(200).read(answer).items.length;
  });
  const samples = searches.length;
  const sum = searches.reduce((all, { docsExamined }) => all + docsExamined, 0);
  run.record(examined(stage), Math.round(sum / Math.max(1, samples)), { samples });
  run.record(found(stage), nearest);
}
