import { z } from 'zod';
import type { Driver } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { bytesBehind, bytesSent, documentBytes, forgetShifts, forgottenAfter, kept } from './history.js';
import {
  answerOfThePrediction,
  checksFor,
  explain,
  OVER_THE_BOUND,
  positionsBy,
  positionTag,
  recorded,
  STAGES,
} from './judgement.js';
import type { Stage } from './judgement.js';

const parameters = z.object({
  positions: z
    .int()
    .min(720)
    .max(5_000)
    .default(720)
    .describe('positions of a shift: every ten seconds, 720 are two hours'),
});

const LOOKS = 5;

const found = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });

const keeping = (history: 'growing' | 'collection'): ArmKnobs => ({
  'api-gateway': { 'rateLimit.enabled': false },
  // Each position is written, in both: a shift would last two hours otherwise.
  'driver-service': { 'location.coalesce': false, 'location.history': history },
});

export const locationHistory = defineScenario({
  id: 'location-history',
  title: 'The location history',
  question: 'A driver sends a position every ten seconds, and all are kept. Where, and for how long does that go well?',
  summary:
    "A driver works for two hours and every position is kept: in an array of the driver's document, or in a collection of its own that " +
    'forgets after a day. The array makes the document, each read of the profile and each search heavier, without an end before the limit of 16 MB.',
  seconds: 40,
  concepts: ['location-history', 'embedded-vs-referenced'],
  questions: ['what-does-location-tracking-write', 'how-do-you-handle-arrays-that-grow'],
  claims: ['hundred-positions-are-two-hours'],
  services: ['api-gateway', 'user-service', 'restaurant-service', 'driver-service'],
  cast: { customers: 1, drivers: 1, restaurants: 1 },
  parameters,
  defect: {
    file: 'services/driver-service/dist/data-access/location-history.js',
    from: 'keeping === "collection" ?',
    to: 'keeping === "none" ?',
    refutes: 'document, grown by',
  },

  arms: () => ({ undefended: keeping('growing'), defended: keeping('collection') }),
  bars: STAGES.map((stage) => ({ value: recorded.size(stage) })),

  prediction: {
    question:
      'Every position in an array of its document, every ten seconds, eight hours a day: when does a driver reach 16 MB, the limit of a document?',
    options: ['never', 'after some years', 'within a year'],
    answer: answerOfThePrediction,
  },

  notes: {
    bound: 'How many minutes are a hundred positions?',
  },

  async story(run, p) {
    const [driver] = run.cast.drivers;
    if (!driver) throw new Error('expected a driver in the cast');
    try {
      await forgetShifts(run, [driver]);
      let sent = 0;
      for (const stage of STAGES) {
        const positions = positionsBy(stage, p.positions);
        await run.phase(stage, { what: `${String(positions)} positions, one every ten seconds` }, async () => {
          await drive(run, driver, { from: sent, to: positions, tag: positionTag(stage) });
          sent = positions;
          await weigh(run, driver, stage);
        });
      }
      run.record(recorded.between, sent - positionsBy(STAGES[0], p.positions));
      const { inside, beside } = await kept(run, driver);
      run.record(recorded.kept, inside + beside);
      await run.phase('bound', { what: 'the last hundred only: $push with $slice' }, () =>
        run.withKnobs({ 'driver-service': { 'location.history': 'document' } }, async () => {
          run.record(recorded.refusedBounded, await drive(run, driver, { from: 0, to: OVER_THE_BOUND }));
          run.record(recorded.bounded, (await kept(run, driver)).inside);
          run.record(recorded.boundedBytes, await documentBytes(run, driver));
        }),
      );
      const seconds = await forgottenAfter(run);
      if (seconds !== undefined) run.record(recorded.forgottenAfter, seconds);
    } finally {
      await forgetShifts(run, [driver]);
    }
  },

  checks: checksFor,
  why: explain,
});

/** Sends one position after the other. @returns how many were refused */
async function drive(
  run: ArmRun,
  driver: Driver,
  { from, to, tag }: { readonly from: number; readonly to: number; readonly tag?: string },
): Promise<number> {
  const api = run.api(driver, tag === undefined ? {} : { tag });
  const [longitude, latitude] = run.cast.place.coordinates;
  let refused = 0;
  for (let n = from; n < to; n += 1) {
    // Up and down a street of a kilometre.
    const location = { type: 'Point', coordinates: [longitude, latitude + (n % 100) / 10_000] };
    if ((await api.put('/api/drivers/me/location', { location })).status !== 200) refused += 1;
  }
  return refused;
}

/** What the document weighs by now, and what that makes of a read of the profile and of a search. */
async function weigh(run: ArmRun, driver: Driver, stage: Stage): Promise<void> {
  run.record(recorded.size(stage), await documentBytes(run, driver));
  const own = run.api(driver);
  const looks = await bytesSent(run, async () => {
    for (let n = 0; n < LOOKS; n += 1) (await own.get('/api/drivers/me')).expect(200);
  });
  const sum = looks.reduce((all, bytes) => all + bytes, 0);
  run.record(recorded.sent(stage), Math.round(sum / Math.max(1, looks.length)), { samples: looks.length });
  const [lng, lat] = run.cast.place.coordinates;
  const path = `/api/drivers/nearby?lng=${String(lng)}&lat=${String(lat)}`;
  const { items } = (await run.api(run.cast.customers[0]).get(path)).expect(200).read(found);
  run.record(
    recorded.fetched(stage),
    await bytesBehind(
      run,
      items.map(({ id }) => id),
    ),
  );
}
