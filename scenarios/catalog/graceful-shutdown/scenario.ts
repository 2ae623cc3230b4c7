import { z } from 'zod';
import { latency, restart } from '../../faults/index.js';
import { orderRequest, steady } from '../../load/index.js';
import type { Samples, Traffic } from '../../load/index.js';
import { atLeast, defineScenario, exactly } from '../../protocol/index.js';
import type { ArmKnobs, ArmMeasurements, ArmName, Check, MeasuredArms } from '../../protocol/index.js';

const SERVICE = 'order-service';
const INSTANCES = [SERVICE, `${SERVICE}-2`] as const;
/** Where the time of a request goes: whoever is ended has some in hand. */
const LINKS = INSTANCES.map((from) => ({ from, to: 'restaurant-service' }));

/** Also in their successors: on a busy machine a start takes the processor from those who work. */
const PATIENT = { QUICKBITE_KNOBS: JSON.stringify({ 'restaurant.timeoutMs': 15_000 }) };

const parameters = z.object({
  rate: z.int().min(10).max(100).default(15).describe('quotes per second, in both arms'),
  workMs: z.int().min(50).max(1_000).default(400).describe('how long an instance works on one'),
});

/** Customers who ask what an order would cost: writes to a gateway, which must not repeat one whose connection broke. */
const quotes = (rate: number): Traffic =>
  steady(rate, 'POST /api/orders/quote', ({ customers, restaurants, place }) => (n) => {
    const customer = customers[n % customers.length];
    return {
      tag: 'quote',
      method: 'POST',
      path: '/api/orders/quote',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': customer?.address ?? '',
        authorization: `Bearer ${customer?.token ?? ''}`,
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify(orderRequest(restaurants[n % restaurants.length], place)),
      expects: 200,
    };
  });

export const gracefulShutdown = defineScenario({
  id: 'graceful-shutdown',
  title: 'Graceful shutdown',
  question: 'A service is deployed anew, one instance after the other, under load. How many requests fail?',
  summary:
    'Two instances of the order service get SIGTERM in turn, and a successor, while customers ask for prices. A program that ends ' +
    'at once takes with it what it has in hand; one that says that it is leaving, serves until the gateway has noticed and ' +
    'finishes what it has begun loses nothing.',
  seconds: 50,
  concepts: ['graceful-shutdown'],
  questions: ['deploy-without-failed-requests'],
  claims: ['signals-need-an-init'],
  services: ['api-gateway', 'user-service', 'restaurant-service', SERVICE],
  links: LINKS,
  instances: { [SERVICE]: 2 },
  env: Object.fromEntries(INSTANCES.map((instance) => [instance, PATIENT])),
  cast: { customers: 10, restaurants: 5 },
  parameters,
  defect: {
    file: 'shared/dist/service/run-service.js',
    from: 'service.close().then(',
    to: 'Promise.resolve().then(',
    refutes: 'failed during the deployment',
  },

  arms: () => {
    // Whoever is refused goes to the other instance, in both arms: the gateway is as good as it can be, and the service decides. An
    // instance that was replaced must not stay left out for the failures of its predecessor, hence no ejection.
    const gateway = {
      'rateLimit.enabled': false,
      'retry.budgetPercent': 100,
      'breaker.enabled': false,
      'balancing.ejection': false,
    };
    const arm = (graceful: boolean): ArmKnobs => ({
      'api-gateway': { ...gateway, 'upstream.timeoutMs': 15_000 },
      [SERVICE]: { 'shutdown.graceful': graceful },
    });
    return { undefended: arm(false), defended: arm(true) };
  },

  traffic: ({ rate }) => quotes(rate),

  prediction: {
    question:
      'Both instances are asked to end (SIGTERM), one after the other, and do so in good order. How many requests fail?',
    options: ['those that arrive while one is away', 'those that the instances had in hand', 'none'],
    answer({ undefended, defended }) {
      const lost = deployed(defended).failed.count;
      if (lost === 0) return 2;
      return lost <= deployed(undefended).failed.count ? 1 : 0;
    },
  },

  notes: {
    slow: "Each quote takes 400 ms now. Ask how many each instance has in hand: Little's law.",
    deployment: 'SIGTERM, a successor, and when the gateway sees it, the next one. Watch the line of the failed ones.',
  },

  async story(run, { workMs }) {
    const bothPass = async (): Promise<true | undefined> => {
      const gateway = await run.inside.metrics('api-gateway');
      return gateway.value('upstream_passes', { upstream: SERVICE }) === INSTANCES.length || undefined;
    };
    await run.phase('slow', { what: `a quote takes ${String(workMs)} ms`, lastsMs: 2_000 }, async () => {
      for (const link of LINKS) await run.inject(latency(link, { ms: workMs }));
    });
    await run.phase('deployment', { what: 'one instance after the other', lastsMs: 10_000 }, async () => {
      for (const instance of INSTANCES) {
        // Whoever is back has nothing in hand yet.
        await run.wait(2 * workMs);
        await run.inject(restart(instance, { graceful: true }));
        await run.until(`the gateway sees ${instance} again`, bothPass);
      }
    });
    await run.phase('afterwards', { what: 'both are new', lastsMs: 2_000 });
    await run.heal();
  },

  checks,
  why: explain,
});

const deployed = (m: ArmMeasurements): Samples => m.during('deployment');

function checks({ rate, workMs }: z.infer<typeof parameters>): readonly Check[] {
  // Little's law, over both instances. A third of it is enough: the one that came back late may have few yet.
  const inHand = rate * (workMs / 1000);
  const failed = (arm: ArmName, phase: string, name: string, target: Check['target'], minSamples: number): Check => ({
    ...{ arm, name, target, minSamples },
    measure: (m: ArmMeasurements) => m.during(phase).measure((s) => s.failed.count),
  });
  const during = (arm: ArmName, target: Check['target']): Check =>
    failed(arm, 'deployment', 'failed during the deployment', target, 5 * rate);
  const afterwards = (arm: ArmName): Check => failed(arm, 'afterwards', 'failed afterwards', exactly(0), rate);
  return [
    during('undefended', atLeast(Math.max(2, Math.floor(inHand / 3)))),
    afterwards('undefended'),
    during('defended', exactly(0)),
    afterwards('defended'),
  ];
}

function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const [cut, drained] = [deployed(undefended), deployed(defended)];
  return [
    `Ending at once, the two instances took ${String(cut.failed.count)} of ${String(cut.count)} quotes with them: their connections broke while they were worked on, and nobody can tell what was done, so nobody may send them again.`,
    `Ending in good order, they lost ${String(drained.failed.count)} of ${String(drained.count)}: they said that they were leaving and served until the gateway had noticed, then closed the door, finished what they had begun, and went.`,
  ];
}
