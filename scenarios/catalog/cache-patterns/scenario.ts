import { z } from 'zod';
import { latency, restart } from '../../faults/index.js';
import { percentile } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, patterns, RESTAURANTS, values } from './judgement.js';
import { copyOf, isStored, rename } from './renaming.js';

const parameters = z.object({
  queryMs: z.int().min(20).max(500).default(100).describe('how long MongoDB takes for an answer'),
  flushMs: z
    .int()
    .min(1_500)
    .max(20_000)
    .default(3_000)
    .describe('how long a change waits in memory with write-behind; 500 ms outside of the lab'),
});

/** How long a flush may take beyond its time, ms. */
const SAVED_MS = 10_000;
const SERVICE = 'restaurant-service';
const DATABASE = { from: SERVICE, to: 'mongo' } as const;

export const cachePatterns = defineScenario({
  id: 'cache-patterns',
  title: 'Cache patterns',
  question: 'A change of a restaurant has been answered. Where is it, and does it survive a crash?',
  summary:
    'An owner renames restaurants while MongoDB is slow, customers read them, and the service crashes right after it has answered ' +
    'some more changes. Write-behind answers first and saves later; cache-aside, read-through and write-through save first.',
  seconds: 45,
  concepts: ['cache-patterns'],
  questions: ['compare-caching-patterns'],
  claims: ['write-behind-loses-data-if-the-cache-crashes', 'write-through-costs-latency'],
  services: ['api-gateway', 'user-service', SERVICE],
  links: [DATABASE],
  cast: { restaurants: RESTAURANTS, customers: 1, drivers: 0 },
  parameters,
  defect: {
    file: 'shared/dist/cache/patterns/create-patterns.js',
    from: '"write-through": createWriteThrough(parts)',
    to: '"write-through": createWriteBehind(parts)',
    refutes: `${values.lost}, ${patterns.through}`,
  },

  // The owner writes more often than a client may.
  arms: () => {
    const both: ArmKnobs = { 'api-gateway': { 'rateLimit.enabled': false } };
    return { undefended: both, defended: both };
  },
  variants: ({ flushMs }) => {
    const writing = (pattern: string): ArmKnobs => ({
      [SERVICE]: {
        'cache.pattern': pattern,
        'cache.writeBehind.flushMs': flushMs,
        // What a pattern does with the copies is seen without the event that deletes old ones a moment later.
        'cache.invalidate.byEvent': false,
        // A busy machine is no reason to give Redis up.
        'cache.timeoutMs': 5_000,
        'cache.breaker.enabled': false,
      },
    });
    return {
      undefended: { [patterns.behind]: writing(patterns.behind) },
      defended: {
        [patterns.aside]: writing(patterns.aside),
        [patterns.readThrough]: writing(patterns.readThrough),
        [patterns.through]: writing(patterns.through),
      },
    };
  },
  bars: [{ value: values.change, unit: 'ms' }, { value: values.waiting }, { value: values.lost }],

  prediction: {
    question: 'With write-behind a change was answered, then the service crashed. What do customers see afterwards?',
    options: ['the change, for good', 'the old name', 'the change, until its copy expires, and then the old name'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    await run.eachVariant(async (pattern) => {
      await run.phase(
        `writing, ${pattern}`,
        { what: `an owner renames, customers read, MongoDB takes ${String(p.queryMs)} ms` },
        async () => {
          await run.inject(latency(DATABASE, { ms: p.queryMs }));
          await renameAndRead(run, pattern, p.queryMs);
          await run.heal();
        },
      );
      await run.phase(`crash, ${pattern}`, { what: 'it renames once more, and the service crashes' }, async () => {
        // A change that waited from before would take the new ones along when its time comes.
        await allSaved(run, pattern, p.flushMs);
        await renameAndCrash(run, pattern);
        await forgetCopies(run);
      });
    });
  },

  checks: checksFor,
  why: explain,
});

const firstName = (pattern: string): string => `Renamed with ${pattern}`;

/** One restaurant after the other gets a name; then somebody reads it. */
async function renameAndRead(run: ArmRun, pattern: string, queryMs: number): Promise<void> {
  const { restaurantIds } = run.cast;
  const name = firstName(pattern);
  const counts = { [values.unsaved]: 0, [values.waiting]: 0, [values.stale]: 0 };
  const changes: number[] = [];
  for (const id of restaurantIds) {
    changes.push(await rename(run, id, name));
    if (!(await isStored(run, id, name))) counts[values.unsaved] += 1;
    // Time for a cache that fills itself.
    await run.wait(4 * queryMs);
    const { outcome, name: read } = await copyOf(run, id);
    if (outcome !== 'hit') counts[values.waiting] += 1;
    if (read !== name) counts[values.stale] += 1;
  }
  for (const [what, count] of Object.entries(counts)) run.record(what, count, { samples: restaurantIds.length });
  run.record(values.change, percentile(changes, 50) ?? NaN, { samples: changes.length });
}

async function allSaved(run: ArmRun, pattern: string, flushMs: number): Promise<void> {
  const saved = async (): Promise<true | undefined> => {
    for (const id of run.cast.restaurantIds) if (!(await isStored(run, id, firstName(pattern)))) return undefined;
    return true;
  };
  await run.until('the first names are saved', saved, flushMs + SAVED_MS);
}

/** All restaurants get another name at once, and as soon as all of that is answered the process is killed, and started again. */
async function renameAndCrash(run: ArmRun, pattern: string): Promise<void> {
  const { restaurantIds } = run.cast;
  const name = `Renamed before a crash, ${pattern}`;
  await Promise.all(restaurantIds.map((id) => rename(run, id, name)));
  await run.inject(restart(SERVICE));
  await run.heal();
  let lost = 0;
  let shown = 0;
  for (const id of restaurantIds) {
    const stored = await isStored(run, id, name);
    if (!stored) lost += 1;
    if (!stored && (await copyOf(run, id)).name === name) shown += 1;
  }
  run.record(values.lost, lost, { samples: restaurantIds.length });
  run.record(values.shown, shown, { samples: restaurantIds.length });
}

/** Copies of what was lost must not meet the next variant. */
async function forgetCopies(run: ArmRun): Promise<void> {
  await (await run.inside.redis()).del(...run.cast.restaurantIds.map((id) => `restaurant:${id}`));
}
