import { z } from 'zod';
import { latency } from '../../faults/index.js';
import { forgeToken } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, LOST, OLD, STALE_MS } from './judgement.js';

const parameters = z.object({
  changes: z.int().min(3).max(15).default(5).describe('how many restaurants are renamed, one after the other'),
  ttlMs: z.int().min(600).max(10_000).default(2_000).describe('how long a copy lives; 10 minutes outside of the lab'),
  races: z.int().min(3).max(15).default(5).describe('how many renamings race with a slow reader'),
  slowMs: z.int().min(300).max(3_000).default(600).describe('how long the slow reader waits for MongoDB'),
});

const SERVICE = 'restaurant-service';
/** Another instance of the same service, far from the database: who reads there, reads slowly. */
const FAR = 'restaurant-service-2';
const FAR_TO_DATABASE = { from: FAR, to: 'mongo' } as const;
const TTL_MS = 600_000;
/** A reader who was sent first may still be on the way when the writer begins: it takes some ms to the database. */
const HEAD_START_MS = 100;
const INSTANCES = [SERVICE, FAR] as const;

const invalidation = (how: { readonly atOnce: boolean; readonly byEvent: boolean }): ArmKnobs =>
  atBoth({ 'cache.invalidate.atOnce': how.atOnce, 'cache.invalidate.byEvent': how.byEvent });

const restaurant = z.object({ name: z.string() });

export const cacheInvalidation = defineScenario({
  id: 'cache-invalidation',
  title: 'Cache invalidation',
  question: 'An owner renames his restaurant. For how long do customers read the old name?',
  summary:
    'Restaurants are renamed while their copies are in the cache. Without invalidation everybody reads the old name until the copy ' +
    'expires; an event deletes the copies everywhere. Then a slow reader, who asked before the change, comes back after the deletion and ' +
    'leaves what he read: a fence in Redis refuses it.',
  seconds: 40,
  concepts: ['cache-invalidation', 'cache-key-naming'],
  questions: ['what-is-hard-about-cache-invalidation'],
  claims: ['deleting-the-copy-keeps-the-cache-right'],
  services: ['api-gateway', 'user-service', SERVICE],
  instances: { [SERVICE]: 2 },
  links: [FAR_TO_DATABASE],
  parameters,
  defect: {
    file: 'shared/dist/cache/store.js',
    from: 'guarded(), fence, entry.version, encodeEntry(entry), liveMs)',
    to: '"0", fence, entry.version, encodeEntry(entry), liveMs)',
    refutes: LOST,
  },

  arms: ({ ttlMs }) => {
    const arm = (defended: boolean): ArmKnobs => {
      const both = {
        'cache.ttlScale': ttlMs / TTL_MS,
        'cache.jitter': 0,
        'cache.stampede': 'none',
        'cache.coalesce': false,
        // A busy machine is no reason to give Redis up.
        'cache.timeoutMs': 5_000,
        'cache.breaker.enabled': false,
        // By the event alone, to see how long that takes; the writer's own deletion comes in the second part.
        'cache.invalidate.atOnce': false,
        'cache.invalidate.byEvent': defended,
        'cache.lateWriteGuard': defended,
      };
      return { 'api-gateway': { 'responseCache.enabled': false }, ...atBoth(both) };
    };
    return { undefended: arm(false), defended: arm(true) };
  },
  bars: [{ value: STALE_MS, unit: 'ms' }, { value: LOST }],

  prediction: {
    question:
      'A reader asked before the change and stores his copy after everybody deleted theirs. What do the next readers see?',
    options: ['the new name', 'the old one, for a moment', 'the old one, until the copy expires'],
    answer: answerOfThePrediction,
  },

  async story(run, { changes, races, slowMs, ttlMs }) {
    await run.phase('changes', { what: `${String(changes)} restaurants are renamed` }, async () => {
      run.tally(OLD, 0);
      for (const id of run.cast.restaurantIds.slice(0, changes)) await renameAndWatch(run, id, ttlMs);
    });

    // From here on both arms delete copies, at once and again by the event. It is not enough.
    await run.withKnobs(invalidation({ atOnce: true, byEvent: true }), () =>
      run.phase(
        'races',
        { what: `${String(races)} renamings overtake a reader who waits ${String(slowMs)} ms` },
        async () => {
          for (const id of run.cast.restaurantIds.slice(0, races)) await readFrom(run, FAR, id);
          await forgetAll(run);
          await run.inject(latency(FAR_TO_DATABASE, { ms: slowMs }));
          run.tally(LOST, 0);
          for (const id of run.cast.restaurantIds.slice(0, races)) run.tally(LOST, (await overtake(run, id)) ? 1 : 0);
          await run.heal();
        },
      ),
    );
  },

  checks: checksFor,
  why: explain,
});

/** The same at both instances. */
function atBoth(knobs: ArmKnobs[string]): ArmKnobs {
  return Object.fromEntries(INSTANCES.map((instance) => [instance, knobs]));
}

/** Renames a restaurant of which there is a copy, and looks until the new name is served. */
async function renameAndWatch(run: ArmRun, id: string, ttlMs: number): Promise<void> {
  await forgetAll(run);
  await readFrom(run, SERVICE, id);
  const name = await rename(run, id);
  const renamedAt = Date.now();
  await run.until(
    'the new name is served',
    async () => {
      const fresh = (await readFrom(run, SERVICE, id)) === name;
      if (!fresh) run.tally(OLD);
      return fresh || undefined;
    },
    10 * ttlMs,
  );
  run.record(STALE_MS, Date.now() - renamedAt);
}

/**
 * A slow reader asks, the restaurant is renamed and its copies are deleted, and only then does he have his answer.
 * @returns whether the next reader is given the old name again
 */
async function overtake(run: ArmRun, id: string): Promise<boolean> {
  const deleted = await deletions(run);
  const slow = readFrom(run, FAR, id);
  await run.wait(HEAD_START_MS);
  const name = await rename(run, id);
  await run.until(
    'the event has deleted the copies as well',
    async () => (await deletions(run)) > deleted || undefined,
  );
  await slow;
  return (await readFrom(run, SERVICE, id)) !== name;
}

async function readFrom(run: ArmRun, instance: string, id: string): Promise<string> {
  const answer = await run.api(undefined, { at: instance, tag: 'read' }).get(`/api/restaurants/${id}`);
  return answer.expect(200).read(restaurant).name;
}

/** At the instance that is near to the database: the gateway would let the two take turns. So it is signed as the gateway does. */
async function rename(run: ArmRun, id: string): Promise<string> {
  const name = `Renamed ${String(Date.now())}`;
  const identity = forgeToken(
    {
      sub: run.cast.owner.id,
      role: 'restaurant_owner',
      iss: 'quickbite-gateway',
      aud: 'quickbite-services',
      exp: Math.floor(Date.now() / 1_000) + 60,
    },
    { key: run.secret('identity') },
  );
  const options = { headers: { 'x-quickbite-identity': identity } };
  (await run.api(undefined, { at: SERVICE }).patch(`/api/restaurants/${id}`, { name }, options)).expect(200);
  return name;
}

/** Events of changes that were consumed so far, by either instance. */
async function deletions(run: ArmRun): Promise<number> {
  const each = await Promise.all(INSTANCES.map((instance) => run.inside.metrics(instance)));
  const label = { queue: 'restaurant-service.invalidation', outcome: 'processed' };
  return each.reduce((sum, metrics) => sum + (metrics.value('messages_total', label) ?? 0), 0);
}

/** Copies that were made before live as long as was the rule then. */
async function forgetAll(run: ArmRun): Promise<void> {
  await (await run.inside.redis()).del(...run.cast.restaurantIds.map((id) => `restaurant:${id}`));
}
