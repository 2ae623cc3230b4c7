import { z } from 'zod';
import { kill } from '../../faults/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { carryOn, orderWithDriver } from '../../steps/index.js';
import { startTrip } from './drive.js';
import type { Trip } from './drive.js';
import { startFollower } from './followers.js';
import type { Follower } from './followers.js';
import { AFTER_RETURN, answerOfThePrediction, checksFor, explain, UNSEEN, values, WAYS } from './judgement.js';
import { DELIVERED } from './screen.js';
import { polling, serverSentEvents, websocket } from './ways.js';

const GATEWAY = 'api-gateway';
/** The one that the apps are connected to at first. Everybody else of the story uses the other. */
const HOLDER = `${GATEWAY}-2`;
const LOOK_EVERY_MS = 100;
/** What a push may take on a machine that does other things; nobody waits for it who has seen it. */
const PATIENCE_MS = 5_000;

const parameters = z.object({
  positions: z.int().min(8).max(40).default(14).describe('how many positions the driver sends before the gateway dies'),
  everyMs: z.int().min(200).max(5_000).default(500).describe('ms between two positions of the driver'),
  slowMs: z.int().min(1_000).max(20_000).default(3_000).describe('ms between two looks of the slow polling'),
  fastMs: z.int().min(50).max(5_000).default(250).describe('ms between two looks of the fast polling'),
});

const followers = (comesBack: boolean): ArmKnobs => ({
  client: { comesBack },
  // Polling at this pace uses up the 100 reads of a quarter of an hour in half a minute.
  [GATEWAY]: { 'rateLimit.enabled': false },
  // The driver of the lab is twenty times as fast as one with a phone: positions are gathered for as much less.
  'driver-service': { 'location.flushMs': 50 },
});

export const liveTracking = defineScenario({
  id: 'live-tracking',
  title: 'Follow the driver',
  question:
    'Polling, server-sent events or a websocket: what does a position cost, and who still sees the driver when the gateway dies?',
  summary:
    'Four apps follow one order: slow polling, fast polling, server-sent events, a websocket. Polling is late or asks for nothing most of the time; pushes are ' +
    'fresh for a fraction of the bytes. Then the gateway that holds the connections is killed, and the order goes on. An app that does not come ' +
    'back misses the delivery; one that does is told at the other gateway where things stand.',
  seconds: 40,
  concepts: ['live-tracking'],
  questions: ['how-do-you-track-an-order-live'],
  claims: ['websockets-need-sticky-sessions', 'streaming-saves-requests'],
  services: [GATEWAY, 'user-service', 'restaurant-service', 'order-service', 'driver-service', 'payment-provider'],
  instances: { [GATEWAY]: 2 },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/tracking/tracking.js',
    from: 'order.prepare(present.events);',
    to: 'order.prepare([]);',
    refutes: values.resumed,
  },

  arms: () => ({ undefended: followers(false), defended: followers(true) }),
  bars: [
    ...Object.values(WAYS).map((way) => ({ value: values.age(way), unit: 'ms' })),
    { value: values.resumed },
    { value: values.delivered },
  ],

  prediction: {
    question:
      'The gateway of all four apps is killed while the driver picks up the food. They come back at another. What do the streams lose?',
    options: [
      'the stretch and the state that they missed',
      'a few points of the line, nothing that matters',
      'the whole order: it has to be opened again',
    ],
    answer: answerOfThePrediction,
  },

  notes: {
    'gateway dies': 'The driver goes on. Nobody hears of it: pub/sub keeps nothing.',
  },

  async story(run, p) {
    const { comesBack } = run.client(z.object({ comesBack: z.boolean() }));
    const [customer] = run.cast.customers;
    if (!customer) throw new RangeError('Expected a customer.');
    const order = await orderWithDriver(run, customer);
    await carryOn(run, order, 'READY');
    const trip = startTrip(run, order.driver, p.everyMs);
    await trip.drive(1);

    let returns = (): void => undefined;
    const network = new Promise<void>((resolve) => {
      returns = resolve;
    });
    const apps = await Promise.all(
      Object.entries({
        [WAYS.slow]: polling(p.slowMs),
        [WAYS.fast]: polling(p.fastMs),
        [WAYS.events]: serverSentEvents,
        [WAYS.socket]: websocket,
      }).map(([name, way]) =>
        startFollower(name, {
          way,
          orderId: order.id,
          customer,
          numberOf: trip.numberOf,
          gateways: [run.url(HOLDER), run.url(GATEWAY)],
          comesBack,
          network,
          signal: run.signal,
        }),
      ),
    );
    /** How many show it, once all do that still can. */
    const thatShow = async (shows: (app: Follower) => boolean): Promise<number> => {
      const settled = (): boolean => apps.every((app) => app.isDone || shows(app));
      await run.within(p.slowMs + PATIENCE_MS, () => Promise.resolve(settled() || undefined));
      return apps.filter(shows).length;
    };

    try {
      await run.phase('follow', { what: 'four apps follow the driver to the restaurant' }, () =>
        followTrip(run, trip, apps, p.positions),
      );

      await run.phase(
        'gateway dies',
        { what: 'their gateway is dead; the driver picks up the food and drives on' },
        async () => {
          await run.inject(kill(HOLDER));
          await carryOn(run, order, 'OUT_FOR_DELIVERY');
          await trip.drive(UNSEEN);
          await trip.arrived();
        },
      );

      await run.phase(
        'return',
        { what: 'the driver waits at a light; apps that come back find the other gateway' },
        async () => {
          returns();
          const shows = ({ screen }: Follower): boolean =>
            screen.status === 'OUT_FOR_DELIVERY' && screen.latest === trip.sent;
          run.record(values.resumed, await thatShow(shows), { samples: apps.length });
        },
      );

      await run.phase('delivery', { what: 'the driver arrives and hands it over' }, async () => {
        await trip.drive(AFTER_RETURN);
        run.record(values.current, await thatShow(({ screen }) => screen.latest === trip.sent), {
          samples: apps.length,
        });
        run.record(values.behind, Math.max(...apps.map(({ screen }) => trip.sent - screen.latest)), {
          samples: trip.sent,
        });
        await carryOn(run, order, DELIVERED);
        run.record(values.delivered, await thatShow(({ screen }) => screen.status === DELIVERED), {
          samples: apps.length,
        });
        const pushed = apps.filter(({ name }) => name === WAYS.events || name === WAYS.socket);
        const repeated = pushed.map(({ screen: { positions } }) => positions.length - new Set(positions).size);
        run.record(values.repeated, Math.max(...repeated), { samples: pushed.length });
      });
    } finally {
      for (const app of apps) app.close();
    }
    await run.heal();
  },

  checks: checksFor,
  why: explain,
});

/** The driver moves, and somebody looks at all four screens ten times a second. */
async function followTrip(run: ArmRun, trip: Trip, apps: readonly Follower[], positions: number): Promise<void> {
  const ages = new Map<string, number[]>(apps.map(({ name }) => [name, []]));
  let driving = true;
  const look = async (): Promise<void> => {
    while (driving) {
      await run.wait(LOOK_EVERY_MS);
      for (const { name, screen } of apps) {
        const age = trip.ageOf(screen.latest);
        if (age !== undefined) ages.get(name)?.push(age);
      }
    }
  };
  const drive = async (): Promise<void> => {
    try {
      await trip.drive(positions);
    } finally {
      driving = false;
    }
  };
  await Promise.all([drive(), look()]);

  for (const { name, screen, requests, bytes } of apps) {
    const seen = new Set(screen.positions).size;
    run.record(values.seen(name), Math.round((100 * seen) / trip.sent), { samples: trip.sent });
    run.record(values.requests(name), Math.round((100 * requests) / seen) / 100, { samples: seen });
    run.record(values.bytes(name), Math.round(bytes / seen), { samples: seen });
    const sorted = (ages.get(name) ?? []).sort((a, b) => a - b);
    run.record(values.age(name), sorted[Math.floor(sorted.length / 2)] ?? NaN, { samples: sorted.length });
  }
}
