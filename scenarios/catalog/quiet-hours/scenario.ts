import { z } from 'zod';
import type { Person } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { carryOn, NOTIFIER, orderWithDriver } from '../../steps/index.js';
import { answerOfThePrediction, checksFor, explain, values, WAYS } from './judgement.js';
import { aheadTo, alertsOf, ALERTS, makePeople, untilQuiet, URGENT } from './people.js';

const parameters = z.object({
  sleepers: z.int().min(1).max(5).default(4).describe('how many customers order at half past eleven in the evening'),
  cap: z.int().min(1).max(5).default(5).describe('how many messages a day the frugal customers want at most'),
});

/** How many want few messages a day. */
const FRUGAL = 2;
/** One for each sleeper, and one for whom it is day. */
const DRIVERS = 6;

const policy = (quiet: boolean, importance: boolean): ArmKnobs => ({
  [NOTIFIER]: { 'quietHours.enabled': quiet, 'cap.own': quiet, 'importance.enabled': importance },
});

export const quietHours = defineScenario({
  id: 'quiet-hours',
  title: 'Quiet hours',
  question: 'It is half past eleven in the evening, and somebody orders. Which messages may make the phone ring?',
  summary:
    'Customers who do not want to be disturbed at night order at night, and customers who want few messages order at noon. Sending ' +
    'everything wakes the house seven times; holding everything back lets the driver stand at a closed door, and hands out ' +
    'yesterday at breakfast. Messages that know how much they matter do neither.',
  seconds: 45,
  concepts: ['quiet-hours-and-caps', 'multi-channel-notifications'],
  questions: ['design-a-notification-system'],
  claims: ['no-sms-at-3-am'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    NOTIFIER,
    'payment-provider',
  ],
  cast: { customers: 1, drivers: DRIVERS, restaurants: 3 },
  parameters,
  defect: {
    file: 'services/notification-service/dist/domain/deliver.js',
    from: 'importance === "urgent" || ',
    to: '',
    refutes: `${values.unseen}, ${WAYS.importance}`,
  },

  arms: () => {
    // That news are not told after newer ones would spare the breakfast some, too: another lesson, out of the way.
    const both: ArmKnobs = {
      'api-gateway': { 'rateLimit.enabled': false },
      [NOTIFIER]: { 'ordering.strategy': 'none' },
    };
    return { undefended: both, defended: both };
  },
  variants: () => ({
    undefended: { [WAYS.send]: policy(false, false), [WAYS.hold]: policy(true, false) },
    defended: { [WAYS.importance]: policy(true, true) },
  }),
  bars: [{ value: values.atNight }, { value: values.unseen }, { value: values.morning }, { value: values.swallowed }],

  prediction: {
    question: 'Every alert waits until the night is over. Somebody ordered once. How many alerts come at breakfast?',
    options: ['none', 'one', 'more than one'],
    answer: answerOfThePrediction,
  },

  notes: {
    noon: 'Five messages a day, they said. Which five? Not the first five: the driver stands at the door with the sixth.',
    night: 'Who decides that a message is urgent? Whoever writes its text, and then everybody writes urgent ones.',
    morning: 'A message that was true at midnight and is stale at eight: send it, or leave it to the app?',
  },

  async story(run, p) {
    await run.eachVariant(async () => {
      const { sleepers, awake, frugal } = await makePeople(run, { ...p, frugal: FRUGAL });
      const noon = aheadTo('12:00');
      const night = noon + 11.5 * 3_600_000;
      const morning = night + 9 * 3_600_000;

      await run.phase('noon', { what: `two who want ${String(p.cap)} messages a day order` }, () =>
        at(run, noon, async () => {
          await orderAndEat(run, frugal, noon);
          const alerts = await Promise.all(frugal.map((one) => alertsOf(run, one)));
          const samples = frugal.length;
          run.record(values.byDay, alerts.flat().length, { samples });
          run.record(values.swallowed, alerts.filter((titles) => !titles.includes(URGENT)).length, { samples });
        }),
      );

      const before = new Map<string, number>();
      await run.phase('night', { what: 'half past eleven in the evening, in one place of the world' }, () =>
        at(run, night, async () => {
          await orderAndEat(run, [...sleepers, awake], night);
          const alerts = await Promise.all(sleepers.map((one) => alertsOf(run, one)));
          const samples = sleepers.length;
          run.record(values.atNight, alerts.flat().filter((title) => title !== URGENT).length, { samples });
          run.record(values.unseen, alerts.filter((titles) => !titles.includes(URGENT)).length, { samples });
          run.record(values.elsewhere, (await alertsOf(run, awake)).length);
          for (const [n, { id }] of sleepers.entries()) before.set(id, alerts[n]?.length ?? 0);
        }),
      );

      await run.phase('morning', { what: 'half past eight, the night is over' }, () =>
        at(run, morning, async () => {
          await untilQuiet(run, sleepers, { each: ALERTS, aheadMs: morning });
          const now = await Promise.all(sleepers.map((one) => alertsOf(run, one)));
          const fresh = sleepers.reduce((sum, { id }, n) => sum + (now[n]?.length ?? 0) - (before.get(id) ?? 0), 0);
          run.record(values.morning, fresh, { samples: sleepers.length });
        }),
      );
    });
  },

  checks: checksFor,
  why: explain,
});

/** Lets it be later to those who send. */
const at = (run: ArmRun, aheadMs: number, body: () => Promise<void>): Promise<void> =>
  run.withKnobs({ [NOTIFIER]: { 'clock.aheadMs': aheadMs } }, body);

/** Each orders once and is brought it. What can be sent is sent before the driver leaves, and before he arrives. */
async function orderAndEat(run: ArmRun, people: readonly Person[], aheadMs: number): Promise<void> {
  const orders = await Promise.all(people.map((one) => orderWithDriver(run, one)));
  const steps = [
    ['READY', ALERTS - 2],
    ['OUT_FOR_DELIVERY', ALERTS - 1],
    ['DELIVERED', ALERTS],
  ] as const;
  for (const [state, each] of steps) {
    await Promise.all(orders.map((one) => carryOn(run, one, state)));
    await untilQuiet(run, people, { each, aheadMs });
  }
}
