import { z } from 'zod';
import { kill } from '../../faults/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, GATEWAYS, phases, values } from './judgement.js';

const parameters = z.object({
  reads: z.int().min(105).max(1_000).default(120).describe('how many restaurants a client reads through each gateway'),
});

const ready = z.looseObject({ checks: z.looseObject({ redis: z.string() }) });

/** On a busy machine an answer of Redis may take longer than 100 ms, and is not to be taken for an outage here. */
const PATIENT = { REDIS_TIMEOUT_MS: '3000' };

const counting = (store: 'local' | 'shared'): ArmKnobs => ({ 'api-gateway': { 'rateLimit.store': store } });

export const rateLimitDistributed = defineScenario({
  id: 'rate-limit-distributed',
  title: 'Limits of several gateways',
  question: 'Two gateways, 100 reads for each client. How many does one get that asks both?',
  summary:
    'A client spreads its reads over two gateways, as a balancer would. When each gateway counts in its own memory there are two ' +
    'limits; when they count in Redis there is one, also while Redis is dead: looser then, but never off.',
  seconds: 35,
  concepts: ['distributed-rate-limiting'],
  questions: ['rate-limit-in-a-distributed-system'],
  claims: ['limit-in-memory-is-per-process'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  instances: { 'api-gateway': GATEWAYS.length },
  env: { 'api-gateway': PATIENT, 'api-gateway-2': PATIENT },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/start.js',
    from: 'knobs.get("rateLimit.store") === "shared" && redis.status === "ready"',
    to: 'false',
    refutes: values.both,
  },

  arms: () => ({ undefended: counting('local'), defended: counting('shared') }),
  bars: [{ value: values.both }, { value: values.without }, { value: values.again }],

  prediction: {
    question: 'The gateways count in Redis, and Redis is killed. How many of a client’s reads get through now?',
    options: ['100', '100 at each gateway', 'all', 'none'],
    answer: answerOfThePrediction,
  },

  async story(run, { reads }) {
    await run.phase(phases.both, { what: `one client, ${String(reads)} reads at each gateway` }, async () => {
      await readAtBoth(run, reads, values.both);
    });

    await run.phase(phases.without, { what: 'Redis is dead; another client' }, async () => {
      await run.inject(kill('redis'));
      await readAtBoth(run, reads, values.without);
      await run.heal();
    });

    await run.phase(phases.again, { what: 'Redis is back; a third client' }, async () => {
      for (const at of GATEWAYS)
        await run.until(`${at} has Redis again`, async () => {
          const { checks } = (await run.api(undefined, { at }).get('/health/ready')).read(ready);
          return checks.redis === 'up' || undefined;
        });
      await readAtBoth(run, reads, values.again);
    });
  },

  checks: checksFor,
  why: explain,
});

/** Somebody new, who asks every gateway at the same time. */
async function readAtBoth(run: ArmRun, reads: number, name: string): Promise<void> {
  const as = await run.newPerson('customer');
  const ids = run.cast.restaurantIds;
  const bursts = GATEWAYS.map((at) =>
    run.burst('read', reads, (n) => ({ as, path: `/api/restaurants/${ids[n % ids.length] ?? ''}` }), { at }),
  );
  const answers = (await Promise.all(bursts)).flat();
  run.record(name, answers.filter(({ status }) => status === 200).length, { samples: answers.length });
}
