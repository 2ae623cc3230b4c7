import { z } from 'zod';
import { percentile } from '../../load/index.js';
import type { StoryAnswer } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, tags, values } from './judgement.js';

const parameters = z.object({
  signIns: z.int().min(4).max(60).default(16).describe('how many people sign in at once'),
  rushes: z.int().min(3).max(20).default(5).describe('how often they do'),
  everyMs: z.int().min(500).max(10_000).default(1_500).describe('from one rush to the next'),
});

const PATIENT_MS = 30_000;
/** What is asked of the same service while a rush is under way: so many, this far apart, the first when the sign-ins have arrived. */
const LIGHT = { count: 5, everyMs: 20 };

export const eventLoopBlock = defineScenario({
  id: 'event-loop-block',
  title: 'A blocked event loop',
  question: 'Some people sign in. Why does everybody else of that service wait?',
  summary:
    'Several people sign in at once, while others ask the same service for something that takes no time. Passwords that are hashed on the ' +
    'event loop stop it, and all wait in one line; hashed on the thread pool, they are felt only by those who sign in.',
  seconds: 30,
  concepts: ['event-loop'],
  questions: ['what-blocks-the-event-loop'],
  claims: ['ten-sync-hashes-take-a-second', 'alarm-on-the-mean-event-loop-delay'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  cast: { customers: 8 },
  parameters,
  defect: {
    file: 'services/user-service/dist/domain/passwords.js',
    from: 'await verify(known',
    to: 'verifySync(known',
    refutes: values.light,
  },

  arms: () => ({ undefended: hashing({ offLoop: false }), defended: hashing({ offLoop: true }) }),

  bars: [{ value: values.light }, { value: values.line }],

  prediction: {
    question: 'The thread pool hashes, and the event loop is free. What becomes of the time that a hash takes?',
    options: [
      'nobody waits for it any more',
      'those who sign in wait for it, nobody else',
      'everybody waits for it still',
    ],
    answer: answerOfThePrediction,
  },

  notes: {
    rushes:
      'The processor works as much in both arms: the same number of hashes. What differs is who has to wait behind them.',
  },

  async story(run, p) {
    const what = `${String(p.signIns)} people sign in at once, ${String(p.rushes)} times`;
    await run.phase('rushes', { what }, async () => {
      // Each reading ends one measurement of the loop and begins the next.
      await run.inside.metrics('user-service');
      for (let n = 0; n < p.rushes; n += 1) {
        const started = Date.now();
        await rush(run, p.signIns);
        await run.wait(Math.max(0, started + p.everyMs - Date.now()));
        const loop = await run.inside.metrics('user-service');
        run.record(values.stop, 1_000 * (loop.value('nodejs_eventloop_lag_max_seconds') ?? NaN));
        run.record(values.mean, 1_000 * (loop.value('nodejs_eventloop_lag_mean_seconds') ?? NaN));
      }
    });
  },

  checks: checksFor,
  why: explain,
});

/** The same people ask the same from the same addresses in both arms: limits of callers and accounts are for other scenarios. */
const hashing = ({ offLoop }: { readonly offLoop: boolean }): ArmKnobs => ({
  'user-service': { 'password.offLoop': offLoop, 'login.throttle.enabled': false },
  // A rush on the event loop of a slow machine may last for seconds: it is to be waited for, and not cut off.
  'api-gateway': { 'rateLimit.enabled': false, 'responseCache.enabled': false, 'upstream.timeoutMs': PATIENT_MS },
});

const credentials = (
  { cast: { customers } }: ArmRun,
  n: number,
): { readonly email?: string; readonly password?: string } => {
  const { email, password } = customers[n % customers.length] ?? {};
  return { ...(email !== undefined && { email }), ...(password !== undefined && { password }) };
};

/** One who signs in alone, then many at once; what they and the others wait is compared within one rush, while the machine is equally busy. */
async function rush(run: ArmRun, people: number): Promise<void> {
  const alone = (await run.api().post('/api/auth/login', credentials(run, 0))).expect(200).ms;
  const signingIn = run.burst(tags.signIn, people, (n) => ({
    method: 'POST',
    path: '/api/auth/login',
    body: credentials(run, n),
  }));
  const { light, elsewhere } = await askMeanwhile(run);
  const last = Math.max(...(await signingIn).map(({ ms }) => ms));
  run.record(values.last, last);
  run.record(values.line, last / alone);
  run.record(values.light, light / last);
  run.record(values.elsewhere, elsewhere / last);
}

/** @returns what a light request waited, of the same service and of another, ms: the median of some */
async function askMeanwhile(run: ArmRun): Promise<{ readonly light: number; readonly elsewhere: number }> {
  const { customers, restaurantIds } = run.cast;
  const own: Promise<StoryAnswer>[] = [];
  const others: Promise<StoryAnswer>[] = [];
  for (let n = 0; n < LIGHT.count; n += 1) {
    await run.wait(LIGHT.everyMs);
    own.push(run.api(customers[n], { tag: tags.light }).get('/api/users/me'));
    others.push(run.api(customers[n], { tag: tags.elsewhere }).get(`/api/restaurants/${restaurantIds[n] ?? ''}`));
  }
  return { light: median(await Promise.all(own)), elsewhere: median(await Promise.all(others)) };
}

const median = (answers: readonly StoryAnswer[]): number =>
  percentile(
    answers.map(({ ms }) => ms),
    50,
  ) ?? NaN;
