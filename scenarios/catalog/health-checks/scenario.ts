import { z } from 'zod';
import { reset, restart } from '../../faults/index.js';
import { browse, isFailed } from '../../load/index.js';
import type { Samples } from '../../load/index.js';
import { atLeast, defineScenario, exactly } from '../../protocol/index.js';
import type { ArmKnobs, ArmMeasurements, ArmName, ArmRun, Check, MeasuredArms } from '../../protocol/index.js';

const SERVICE = 'restaurant-service';
const SICK = `${SERVICE}-2`;
const LINK = { from: SICK, to: 'mongo' };

const LIVES = 'looks that find it alive';
const READY = 'looks that find it ready';
const SERVED = 'served by it afterwards';
const LOOK_EVERY_MS = 250;
/** How long it is watched when it is back. */
const SERVING_MS = 2_000;

const health = z.looseObject({ status: z.string() });

const parameters = z.object({
  rate: z.int().min(10).max(200).default(30).describe('reads per second, in both arms'),
  unreadyMs: z.int().min(2_000).max(15_000).default(4_000).describe('how long the new instance lives and cannot serve'),
});

export const healthChecks = defineScenario({
  id: 'health-checks',
  title: 'Liveness and readiness',
  question:
    'An instance lives, and cannot reach its database. Who may send it requests, and should somebody restart it?',
  summary:
    'One of two instances is restarted while it cannot reach its database: the process lives and cannot serve. A gateway that asks ' +
    'whether it lives sends it half of the customers and more; one that asks whether it is ready sends it nobody, and brings it ' +
    'back when it is.',
  seconds: 45,
  concepts: ['health-checks', 'load-balancing'],
  questions: ['liveness-or-readiness'],
  claims: ['health-checks-remove-unhealthy-instances'],
  services: ['api-gateway', 'user-service', SERVICE],
  links: [LINK],
  instances: { [SERVICE]: 2 },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/health-checks.js',
    from: '=== 200',
    to: '!== 0',
    refutes: 'failed while it is not ready',
  },

  arms: () => {
    // What else hides a sick instance (retries at the other one, ejection, copies, the breaker) is off in both arms.
    const arm = (check: 'live' | 'ready'): ArmKnobs => ({
      'api-gateway': {
        'balancing.healthCheck': check,
        'balancing.ejection': false,
        'retry.enabled': false,
        'breaker.enabled': false,
        'responseCache.enabled': false,
        'fallback.enabled': false,
      },
    });
    return { undefended: arm('live'), defended: arm('ready') };
  },

  traffic: ({ rate }) => browse({ rate }),

  prediction: {
    question:
      'Two instances. One lives and answers everything with 503, at once. The gateway asks whether they live: how many fail?',
    options: ['none', 'fewer than half', 'half of them, or more'],
    answer({ undefended }) {
      const lost = whileUnready(undefended).percent(isFailed) ?? 0;
      if (lost === 0) return 0;
      return lost < 45 ? 1 : 2;
    },
  },

  notes: {
    steady: 'Two instances, both well.',
    replaced: 'It finishes what it has, and a new one starts. That one cannot reach its database.',
    unready: 'Ask: is it alive? Is it ready? Would another restart help?',
    back: 'The database is back. Nobody restarts anything: the instance has waited for it.',
  },

  async story(run, { unreadyMs }) {
    const bothPass = async (): Promise<true | undefined> => {
      const gateway = await run.inside.metrics('api-gateway');
      return gateway.value('upstream_passes', { upstream: SERVICE }) === 2 || undefined;
    };
    // Long enough for each restaurant to be read: from then on the copies in Redis answer, and MongoDB is needed to start only.
    await run.phase('steady', { what: 'two instances, both well', lastsMs: 2_000 });
    let restarted = Promise.resolve();
    await run.phase('replaced', { what: `${SICK} is replaced, without MongoDB`, lastsMs: 4_000 }, async () => {
      await run.inject(reset(LINK));
      restarted = run.inject(restart(SICK, { graceful: true }));
      // Awaited when it can become ready.
      restarted.catch(() => undefined);
      await run.until('the new instance lives', async () => (await stateOf(run)) === 'starting' || undefined, 20_000);
    });
    await run.phase('unready', { what: 'it lives, and waits for MongoDB', lastsMs: unreadyMs }, () =>
      watch(run, unreadyMs - LOOK_EVERY_MS),
    );
    await run.phase('back', { what: 'MongoDB can be reached again', lastsMs: 4_000 }, async () => {
      await run.heal();
      await restarted;
      await run.until('the gateway sees both instances well', bothPass);
      const before = await servedBySick(run);
      await run.wait(SERVING_MS);
      run.record(SERVED, (await servedBySick(run)) - before);
    });
    await run.heal();
  },

  checks,
  why: explain,
});

/** What the instance says of itself: `ready`, `starting`, `draining`; undefined when nobody answers. */
async function stateOf(run: ArmRun): Promise<string | undefined> {
  const answer = await run.api(undefined, { at: SICK }).get('/health/ready');
  return answer.status === undefined ? undefined : answer.read(health).status;
}

/** Looks at it again and again for so long: does it live, is it ready? */
async function watch(run: ArmRun, forMs: number): Promise<void> {
  const until = Date.now() + forMs;
  let [looks, alive, ready] = [0, 0, 0];
  do {
    looks += 1;
    const { status } = await run.api(undefined, { at: SICK }).get('/health/live');
    if (status === 200) alive += 1;
    if ((await stateOf(run)) === 'ready') ready += 1;
    await run.wait(LOOK_EVERY_MS);
  } while (Date.now() < until);
  run.record(LIVES, (100 * alive) / looks, { samples: looks });
  run.record(READY, (100 * ready) / looks, { samples: looks });
}

async function servedBySick(run: ArmRun): Promise<number> {
  const metrics = await run.inside.metrics(SICK);
  return metrics.value('http_request_duration_seconds_count', { route: '/api/restaurants/:id', status: '200' }) ?? 0;
}

const whileUnready = (m: ArmMeasurements): Samples => m.during('unready');

function checks({ rate, unreadyMs }: z.infer<typeof parameters>): readonly Check[] {
  const many = Math.floor(0.8 * rate * (unreadyMs / 1000));
  const looked = (arm: ArmName, name: string, target: Check['target']): Check => ({
    ...{ arm, name, target, unit: '%', minSamples: 3 },
    measure: (m: ArmMeasurements) => m.value(name),
  });
  // Half of what is sent by then, of which it gets half; a slow machine leaves it less.
  const served = (arm: ArmName): Check => ({
    ...{ arm, name: SERVED, target: atLeast(Math.floor(0.1 * rate * (SERVING_MS / 1000))) },
    measure: (m: ArmMeasurements) => m.value(SERVED),
  });
  return [
    looked('undefended', LIVES, atLeast(90)),
    looked('undefended', READY, exactly(0)),
    {
      arm: 'undefended',
      name: 'failed while it is not ready',
      // It gets half of them, or more: one that refuses at once always has the fewest calls under way.
      target: atLeast(30),
      unit: '%',
      minSamples: many,
      measure: (m) => whileUnready(m).measure((s) => s.percent(isFailed)),
    },
    served('undefended'),
    looked('defended', READY, exactly(0)),
    {
      arm: 'defended',
      name: 'failed while it is not ready',
      target: exactly(0),
      unit: '%',
      minSamples: many,
      measure: (m) => whileUnready(m).measure((s) => s.percent(isFailed)),
    },
    served('defended'),
  ];
}

function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const [lost, kept] = [whileUnready(undefended), whileUnready(defended)];
  const words = (m: ArmMeasurements, name: string): string => {
    const { value } = m.value(name);
    return typeof value === 'number' ? value.toFixed(0) : '?';
  };
  return [
    `Asked whether it lives, the new instance said yes in ${words(undefended, LIVES)} % of the looks, because a process without its database lives; so it got requests and failed ${String(lost.failed.count)} of ${String(lost.count)}. It had just been restarted: another restart would have mended nothing.`,
    `Asked whether it is ready, it said no, got nothing, and ${String(kept.failed.count)} of ${String(kept.count)} failed; when its database was back it said yes, and served ${words(defended, SERVED)} reads in the next ${String(SERVING_MS / 1000)} s without anybody's help.`,
  ];
}
