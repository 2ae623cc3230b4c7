import { z } from 'zod';
import { defineScenario } from '../../protocol/index.js';
import type { ArmKnobs } from '../../protocol/index.js';
import { attacks, tokenFor } from './forgeries.js';
import { answerOfThePrediction, checksFor, explain, GENUINE, variants } from './judgement.js';

const parameters = z.object({
  victims: z.int().min(2).max(8).default(5).describe('for how many accounts each attack is tried'),
});

const account = z.looseObject({ id: z.string() });

const checking = (pinAlgorithm: boolean, verifyClaims: boolean): ArmKnobs => ({
  'api-gateway': { 'auth.pinAlgorithm': pinAlgorithm, 'auth.verifyClaims': verifyClaims },
});

export const jwtAttacks = defineScenario({
  id: 'jwt-attacks',
  title: 'Attacks on a JWT',
  question: 'Seven tokens that nobody should have. Which of them does the gateway believe?',
  summary:
    'Tokens that are unsigned, old, made for somebody else or signed with another key are sent to the gateway, for each victim ' +
    'one. Without a pinned algorithm it believes the unsigned ones, without a look at the claims every token that the key ever ' +
    'signed; with both, only those of whoever has stolen the key.',
  seconds: 25,
  concepts: ['jwt'],
  questions: ['how-does-jwt-work'],
  claims: ['jwt-verify-is-enough', 'jwt-needs-no-lookup'],
  services: ['api-gateway', 'user-service', 'restaurant-service'],
  cast: { customers: 8 },
  parameters,
  defect: {
    file: 'services/api-gateway/dist/domain/access-token.js',
    from: 'if (isUnsigned && !pinAlgorithm)',
    to: 'if (isUnsigned)',
    refutes: 'unsigned (alg none)',
  },

  arms: () => ({ undefended: {}, defended: {} }),
  variants: () => ({
    undefended: {
      [variants.unpinned]: checking(false, true),
      [variants.unread]: checking(true, false),
    },
    defended: { [variants.checked]: checking(true, true) },
  }),
  bars: attacks.map((value) => ({ value })),

  prediction: {
    question: 'A gateway verifies signatures with the right key, and looks at nothing else. Whom does it let in?',
    options: ['only who is signed in now', 'also who was, and who is meant for elsewhere', 'anybody'],
    answer: answerOfThePrediction,
  },

  async story(run, p) {
    const victims = run.cast.customers.slice(0, p.victims);
    const key = run.secret('jwt');
    await run.eachVariant(async (variant) => {
      await run.phase(
        variant,
        { what: `${String(attacks.length)} attacks on ${String(p.victims)} accounts` },
        async () => {
          for (const attack of attacks) {
            let believed = 0;
            for (const victim of victims) {
              const headers = { authorization: `Bearer ${tokenFor(attack, victim, key)}` };
              const answer = await run.api().get('/api/users/me', { headers });
              // Believed means that it opened the victim's account, not merely that it was not refused.
              if (answer.status === 200 && answer.read(account).id === victim.id) believed += 1;
            }
            run.record(attack, believed, { samples: victims.length });
          }
          let served = 0;
          for (const victim of victims) if ((await run.api(victim).get('/api/users/me')).status === 200) served += 1;
          run.record(GENUINE, served, { samples: victims.length });
        },
      );
    });
  },

  checks: checksFor,
  why: explain,
});
