import { z } from 'zod';
import { kill, latency, pause } from '../../faults/index.js';
import { browse, paidOrders, together } from '../../load/index.js';
import type { Rate } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import { keepBooks } from './books.js';
import { closeForToday } from './closing-time.js';
import { crowdOrders } from './crowd.js';
import { armsOf } from './defences.js';
import { INSTANCE, answerOfThePrediction, checksFor, explain, values } from './judgement.js';
import { untilQuiet } from './quiet.js';

const parameters = z.object({
  rate: z.int().min(1).max(20).default(3).describe('reads per second before the rush; ten times as many in it'),
  orders: z.number().min(1).max(20).default(1.5).describe('orders per second in the rush, each of them paid'),
  crowd: z.int().min(2).max(6).default(6).describe('how many order and pay in the same moment when it begins'),
  lostShare: z.number().min(0).max(1).default(0.6).describe('share of the charges whose answer is lost meanwhile'),
  rushMs: z.int().min(5_000).max(30_000).default(6_000).describe('how long the rush lasts'),
});

const CALM_MS = 1_500;
/** One for each order, with the defaults: what is left without a driver has been forgotten. */
const DRIVERS = 26;
/** What Redis takes: the reads of the restaurant service give up on it after 100. */
const REDIS_MS = 400;
/** What a mail takes in the rush: several are in work when the broker ends. */
const MAIL_MS = 1_000;

export const lunchRush = defineScenario({
  id: 'lunch-rush',
  title: 'The lunch rush',
  question: 'Ten times the load, and five things break at once. What is wrong when it is over?',
  summary:
    'At noon everybody looks, orders and pays, while the driver service hangs, an instance dies, Redis is slow, the payment provider loses ' +
    'answers and the broker restarts. Afterwards the books are compared: orders, money, drivers and messages. Then again with every defence on.',
  seconds: 55,
  concepts: ['data-consistency', 'graceful-degradation'],
  questions: ['what-must-hold-after-an-outage'],
  claims: ['failure-is-contained'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    'notification-service',
    'payment-provider',
  ],
  instances: { 'restaurant-service': 2 },
  links: [{ from: 'restaurant-service', to: 'redis' }],
  cast: { customers: 12, drivers: DRIVERS, restaurants: 12 },
  parameters,
  defect: {
    file: 'services/order-service/dist/domain/charge-order.js',
    from: 'idempotencyKeys ? order.id :',
    to: 'false ? order.id :',
    refutes: values.money,
  },

  arms: armsOf,
  traffic: ({ rate, orders, rushMs }) => {
    const calmAndRush = (calm: number, rush: number): Rate => [
      { forMs: CALM_MS, rate: calm },
      { forMs: rushMs, rate: rush },
      { forMs: 1, rate: 0 },
    ];
    return together(browse({ rate: calmAndRush(rate, 10 * rate) }), paidOrders({ rate: calmAndRush(0, orders) }));
  },
  bars: [
    { value: values.twins },
    { value: values.money, unit: 'cents' },
    { value: values.shared },
    { value: values.untold },
    { value: values.toldAgain },
  ],

  prediction: {
    question:
      'Without defences: orders, money, drivers and messages. How many of these four books are right after the rush?',
    options: ['all four', 'some', 'none'],
    answer: answerOfThePrediction,
  },

  notes: {
    rush: 'Each of these faults has a scenario of its own. Ask the class which book each of them falsifies.',
    afterwards:
      'Everything works again. What was lost meanwhile, nobody repeats: what is right now was right all the time, or was kept to be made right.',
  },

  async story(run, p) {
    const books = await keepBooks(run);
    await run.phase('calm', { what: 'a few people look around', lastsMs: CALM_MS });

    const what = 'ten times as many; drivers hang, an instance dies, Redis is slow, charges fail, the broker restarts';
    await run.phase('rush', { what, lastsMs: p.rushMs }, () =>
      run.withKnobs(
        {
          'payment-provider': { 'charge.lostResponseRate': p.lostShare },
          'notification-service': { 'consumer.delayMs': MAIL_MS },
        },
        async () => {
          await run.inject(kill(INSTANCE));
          await run.inject(latency({ from: 'restaurant-service', to: 'redis' }, { ms: REDIS_MS }));
          await run.inject(pause('driver-service'));
          const first = await crowdOrders(run, run.cast.customers.slice(0, p.crowd));
          // Their mails are in work now, and their orders wait for a driver.
          await run.inject(kill('rabbitmq'));
          const second = await crowdOrders(run, run.cast.customers.slice(-p.crowd));
          await run.heal();
          run.record(values.twins, first.twins + second.twins, { samples: 2 * p.crowd });
        },
      ),
    );

    await run.phase('afterwards', { what: 'nothing is broken any more; what is on its way arrives' }, () =>
      untilQuiet(run, books),
    );

    await run.phase('books', { what: 'orders, money, drivers and messages are compared' }, async () => {
      const found = await books.compare();
      const of = { samples: found.orders };
      run.record(values.orders, found.orders);
      run.record(values.money, found.centsWrong, { samples: found.paid });
      run.record(values.limbo, found.inLimbo, of);
      run.record(values.uncarried, found.paid - found.carried, { samples: found.paid });
      run.record(values.shared, found.sharingADriver, { samples: found.carried });
      run.record(values.untold, found.untold, { samples: found.toTell });
      run.record(values.toldAgain, found.toldAgain, { samples: found.toTell });
    });

    await run.phase('closing time', { what: 'all orders are cancelled, for whoever comes next' }, async () =>
      closeForToday(run, await books.orders()),
    );
  },

  checks: checksFor,
  why: explain,
});
