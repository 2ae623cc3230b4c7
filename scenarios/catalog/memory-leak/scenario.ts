import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { growthBetween, isBuiltIn } from '../../readers/index.js';
import type { HeapSnapshot } from '../../readers/index.js';
import { answerOfThePrediction, checksFor, explain, values } from './judgement.js';

const SERVICE = 'api-gateway';

const parameters = z.object({
  requests: z.int().min(100).max(5_000).default(300).describe('how many ask between the two snapshots'),
  maxEntries: z
    .int()
    .min(10)
    .max(1_000)
    .default(100)
    .describe('how many copies the gateway keeps at most; 1000 outside of the lab'),
});

const AT_ONCE = 50;
/** In degrees of latitude. */
const CENTIMETRE = 1e-7;

export const memoryLeak = defineScenario({
  id: 'memory-leak',
  title: 'A memory leak',
  question: 'The heap grows with each request, and nobody knows why. Which line is it?',
  summary:
    'People ask which restaurants are near them, each from a place of their own. A cache without a bound keeps every answer for ever. Two ' +
    'heap snapshots, compared by class, name what grew and the variable that holds it.',
  seconds: 30,
  concepts: ['memory-leaks'],
  questions: ['how-do-you-find-a-memory-leak'],
  claims: ['listeners-and-closures-leak'],
  services: [SERVICE, 'user-service', 'restaurant-service'],
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/answer-copies.js',
    from: 'recent.size > maxEntries()',
    to: 'recent.size < 0',
    refutes: values.kept,
  },

  arms: ({ maxEntries }) => ({
    undefended: keeping(maxEntries, { bounded: false }),
    defended: keeping(maxEntries, { bounded: true }),
  }),

  bars: [{ value: values.kept }, { value: values.perRequest, unit: 'bytes' }],

  prediction: {
    question:
      '500 people ask from 500 places; a cache for 100 answers, and one without a bound. What does a garbage collection free?',
    options: ['all copies, in both', 'all but 100, in both', 'all but 100 with the bound, nothing without'],
    answer: answerOfThePrediction,
  },

  notes: {
    warm: 'A process that has just started grows anyway. What one compares with is a process that has done its work for a while.',
    requests:
      'Each request is answered, fast. Nothing is wrong yet, and nothing will be for days. Ask the class what they would look at.',
  },

  async story(run, { requests, maxEntries }) {
    const warmUp = 2 * maxEntries;
    await run.phase('warm', { what: 'the cache fills up to where a bound would be' }, () => read(run, 0, warmUp));
    const before = await run.inside.heap(SERVICE);
    await run.phase('requests', { what: `${String(requests)} ask, each from another place` }, () =>
      read(run, warmUp, requests),
    );
    const after = await run.inside.heap(SERVICE, { references: true });
    compare(run, before, after, requests);
  },

  checks: checksFor,
  why: explain,
});

const keeping = (maxEntries: number, { bounded }: { readonly bounded: boolean }): ArmKnobs => ({
  [SERVICE]: {
    'responseCache.bounded': bounded,
    'responseCache.maxEntries': maxEntries,
    'rateLimit.enabled': false,
  },
});

/** People ask what is near them. They stand side by side, but a phone knows its place to the centimetre: no two ask for the same. */
async function read(run: ArmRun, first: number, count: number): Promise<void> {
  const [lng, lat] = run.cast.place.coordinates;
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    await run.burst('nearby', Math.min(AT_ONCE, count - sent), (n) => {
      const here = (lat + (first + sent + n) * CENTIMETRE).toFixed(7);
      return { path: `/api/restaurants/nearby?lng=${String(lng)}&lat=${here}&limit=20` };
    });
  }
}

/** What one does with two snapshots: of which class are there more, and through what are its objects held? */
function compare(run: ArmRun, before: HeapSnapshot, after: HeapSnapshot, requests: number): void {
  const samples = { samples: requests };
  const [grown] = growthBetween(before, after).filter(({ name }) => !isBuiltIn(name));
  run.record(values.objects, grown?.count ?? 0, samples);
  if (grown) {
    run.record(`${values.suspect}${grown.name}`, grown.count, samples);
    run.record(`${values.holder}${after.heldBy(grown.name).join(' < ')}`, grown.count, samples);
  }
  run.record(values.kept, after.classes.get('AnswerCopy')?.count ?? 0, samples);
  run.record(values.perRequest, (after.bytes - before.bytes) / requests, samples);
  run.record(values.heap, after.bytes, samples);
}
