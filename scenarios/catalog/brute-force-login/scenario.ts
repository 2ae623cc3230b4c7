import { z } from 'zod';
import type { Person, StoryAnswer } from '../../load/index.js';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs, ArmRun } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain, values } from './judgement.js';

const parameters = z.object({
  dictionary: z.int().min(20).max(500).default(60).describe('how many passwords the botnet has to try'),
  rightAt: z.int().min(11).max(500).default(45).describe('which of them is the right one'),
  waitMs: z
    .int()
    .min(2_000)
    .max(60_000)
    .default(8_000)
    .describe('the first wait after five wrong passwords; 1 minute outside of the lab'),
});

/** So many bots guess at the same time. */
const BOTS = 10;

const throttling = (enabled: boolean, waitMs: number): ArmKnobs => ({
  'user-service': { 'login.throttle.enabled': enabled, 'login.throttle.firstWaitMs': waitMs },
});

export const bruteForceLogin = defineScenario({
  id: 'brute-force-login',
  title: 'Guessing a password',
  question: 'A botnet guesses the password of one account, each time from another address. How far does it get?',
  summary:
    'Sixty passwords are tried for one account, ten at once, none twice from the same address: the limit for addresses sees sixty ' +
    'clients who were wrong once. Counting by account instead, the fifth wrong password makes everybody wait.',
  seconds: 30,
  concepts: ['brute-force'],
  questions: ['how-do-you-stop-password-guessing'],
  claims: ['five-per-address-stop-guessing'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  parameters,
  defect: {
    file: 'services/user-service/dist/domain/guard-login.js',
    from: 'if (verdict.outcome !== "admitted") throw refusal(verdict);',
    to: '',
    refutes: values.opened,
  },

  // The limit for addresses is on in both arms: it is what the botnet walks around.
  arms: ({ waitMs }) => ({ undefended: throttling(false, waitMs), defended: throttling(true, waitMs) }),
  bars: [{ value: values.checked }, { value: values.refused }],

  prediction: {
    question: 'Sixty addresses, one account, and a throttle for the account. How many passwords are checked?',
    options: ['all, up to the right one', 'five for each address', 'about five'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const owner = await run.newPerson('customer');
    const answers: StoryAnswer[] = [];

    await run.phase(
      'attack',
      { what: `up to ${String(p.dictionary)} passwords, ${String(BOTS)} at once` },
      async () => {
        const before = await run.inside.metrics('user-service');
        for (let tried = 0; tried < p.dictionary && !answers.some(isOpen); tried += BOTS)
          answers.push(
            ...(await run.burst('guess', Math.min(BOTS, p.dictionary - tried), (n) => ({
              method: 'POST',
              path: '/api/auth/login',
              body: {
                email: owner.email,
                password: tried + n + 1 === p.rightAt ? owner.password : `Summer-${String(tried + n + 1)}`,
              },
              expects: 401,
            }))),
          );
        const after = await run.inside.metrics('user-service');
        const grew = (outcome: string): number => after.since(before, 'login_attempts_total', { outcome });
        run.record(values.checked, grew('failed') + grew('succeeded'), { samples: answers.length });
        run.record(values.opened, answers.some(isOpen) ? 1 : 0, { samples: answers.length });
        const refused = answers.filter(({ status }) => status === 429);
        run.record(values.refused, refused.length, { samples: answers.length });
        run.record(values.untold, refused.filter(({ headers }) => Number(headers['retry-after'] ?? 0) < 1).length, {
          samples: refused.length,
        });
      },
    );

    await run.phase('others', { what: 'everybody else, and the owner who is signed in' }, async () => {
      const [neighbour = owner] = run.cast.customers;
      run.record(values.neighbour, isOpen(await signIn(run, neighbour)) ? 1 : 0);
      run.record(values.session, isOpen(await run.api(owner).get('/api/users/me')) ? 1 : 0);
    });

    await run.phase('owner', { what: 'the owner signs in on another device' }, async () => {
      const first = await signIn(run, owner);
      run.record(values.atOnce, isOpen(first) ? 1 : 0);
      // A guess that was let in after the first wait has doubled it.
      const wait = Number(first.headers['retry-after'] ?? 0) * 1_000;
      await run.wait(wait);
      const letIn = await run.within(3 * p.waitMs, async () => isOpen(await signIn(run, owner)) || undefined);
      run.record(values.later, letIn ? 1 : 0);
    });
  },

  checks: checksFor,
  why: explain,
});

const isOpen = ({ status }: StoryAnswer): boolean => status === 200;

/** With the right password, from an address that nobody has used. */
function signIn(run: ArmRun, { email, password }: Person): Promise<StoryAnswer> {
  return run.api().post('/api/auth/login', { email, password });
}
