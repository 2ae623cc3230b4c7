import { z } from 'zod';
import { kill } from '../../faults/index.js';
import { browse, isFailed, steady, together } from '../../load/index.js';
import type { Samples, Traffic } from '../../load/index.js';
import { atLeast, defineScenario, exactly } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

const GATEWAY = 'api-gateway';
const SIGNED_IN = 'signed in';

const parameters = z.object({
  rate: z.int().min(10).max(300).default(40).describe('anonymous reads per second, in both arms'),
  outageMs: z.int().min(2_000).max(30_000).default(5_000).describe('how long one gateway is dead'),
});

/** Customers who read their own account: a token of one gateway must be good at any other. */
const signedIn: Traffic = steady(4, 'GET /api/users/me', ({ customers }) => (n) => {
  const customer = customers[n % customers.length];
  return {
    tag: SIGNED_IN,
    method: 'GET',
    path: '/api/users/me',
    headers: { authorization: `Bearer ${customer?.token ?? ''}`, 'x-forwarded-for': customer?.address ?? '' },
    expects: 200,
  };
});

export const gatewayDown = defineScenario({
  id: 'gateway-down',
  title: 'Gateway down',
  question: 'The gateway dies. Everything behind it works: who is still served?',
  summary:
    'Customers read restaurants and their accounts while a gateway is killed. With one gateway nobody reaches services that are ' +
    'all well; with two, clients that are refused go to the other, which knows them, because no gateway keeps anything of its own.',
  seconds: 35,
  concepts: ['load-balancing', 'api-gateway-pattern', 'horizontal-scaling'],
  questions: ['is-the-gateway-a-single-point-of-failure'],
  claims: ['gateway-down-api-down'],
  services: [GATEWAY, 'user-service', 'restaurant-service'],
  instances: { [GATEWAY]: 2 },
  running: { undefended: { [GATEWAY]: 1 }, defended: { [GATEWAY]: 2 } },
  // Nobody comes near the 100 reads of a limit, also when the experiment is repeated.
  cast: { customers: 8 },
  parameters,
  defect: {
    file: 'scenarios/dist/load/exchange.js',
    from: 'error.code === "ECONNREFUSED"',
    to: 'error.code === "NEVER"',
    refutes: 'failed while it is dead',
  },

  arms: () => ({ undefended: {}, defended: {} }),
  traffic: ({ rate }) => together(browse({ rate }), signedIn),

  prediction: {
    question: 'One of two gateways is killed under load. How many requests fail?',
    options: ['half of them, as long as it is dead', 'those that it was working on', 'none of those, either'],
    answer: ({ defended }) => {
      if (whileDead(defended).where(isFailed).count > 0) return 0;
      return defended.samples.where(isFailed).count > 0 ? 1 : 2;
    },
  },

  async story(run, { outageMs }) {
    await run.phase('steady', { what: 'everything works', lastsMs: 2_000 });
    await run.phase('outage', { what: `${GATEWAY} is dead`, lastsMs: outageMs }, () => run.inject(kill(GATEWAY)));
    await run.phase('recovery', { what: `${GATEWAY} is back`, lastsMs: 4_000 }, async () => {
      await run.heal();
      // However long it took to start: it must be seen at work.
      await run.wait(1_000);
    });
  },

  checks,
  why: explain,
});

/** From the moment at which it was seen dead: those that it was working on before are lost whoever else is there. */
const whileDead = (m: ArmMeasurements): Samples => m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt);
const afterwards = (m: ArmMeasurements): Samples => m.samples.intendedBetween(m.fault.readyAt, Infinity);
const failed = (samples: Samples): ReturnType<Check['measure']> => samples.measure((s) => s.failed.count);

function checks({ rate, outageMs }: z.infer<typeof parameters>): readonly Check[] {
  // Most of what is offered while it is dead; a busy machine takes a moment to see that it is.
  const many = Math.floor(0.5 * rate * (outageMs / 1000));
  const back = (arm: ArmName): Check => ({
    arm,
    name: 'failed after it was back',
    target: exactly(0),
    minSamples: 20,
    measure: (m) => failed(afterwards(m)),
  });
  return [
    {
      arm: 'undefended',
      name: 'failed while it is dead',
      target: exactly(100),
      unit: '%',
      minSamples: many,
      measure: (m) => whileDead(m).measure((s) => s.percent(isFailed)),
    },
    back('undefended'),
    {
      arm: 'defended',
      name: 'failed while it is dead',
      target: exactly(0),
      minSamples: many,
      measure: (m) => failed(whileDead(m)),
    },
    {
      arm: 'defended',
      name: 'signed in and answered while it is dead',
      target: exactly(100),
      unit: '%',
      minSamples: 5,
      measure: (m) =>
        whileDead(m)
          .tagged(SIGNED_IN)
          .measure((s) => s.percent((sample) => sample.status === 200)),
    },
    {
      arm: 'defended',
      name: 'answered of all, from the first to the last',
      // What may be missing is what the dead one was working on: a few ms of half of the requests, more on a busy machine.
      target: atLeast(95),
      unit: '%',
      minSamples: 2 * many,
      measure: (m) => m.samples.measure((s) => s.percent((sample) => !isFailed(sample))),
    },
    back('defended'),
  ];
}

function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const [lost, served] = [whileDead(undefended), whileDead(defended)];
  const all = defended.samples;
  return [
    `With one gateway, ${String(lost.failed.count)} of ${String(lost.count)} requests failed while it was dead, although every service behind it was ready: what everybody passes through fails for everybody.`,
    `With two, ${String(served.failed.count)} of ${String(served.count)} failed, and ${String(all.failed.count)} of ${String(all.count)} over the whole time, those that the dead one had in hand; tokens, limits and sessions are signed or in Redis, so the other gateway needs nothing from the first.`,
  ];
}
