import type { Knobs } from '@quickbite/shared/knobs';
import type { knobs as knobDefs } from '../knobs.js';
import { createDice } from './dice.js';

/** Tokens that misbehave by name, each on the charge that it makes and not on its repetition. */
const LOST_RESPONSE_TOKEN = 'tok_lost_response';
const SLOW_TOKEN = 'tok_slow';
/** Longer than any caller waits, ms. */
const SLOW_MS = 10_000;
/** Webhooks have dice of their own: turning them on or off does not change what happens to charges. */
const WEBHOOK_DICE = 0x5eed;

/** How the outsider treats a charge; decided by knobs, tokens and dice. */
export interface Behaviour {
  isDeclined(): boolean;
  /** What happens to the answer of a new charge: the money has been taken in any case. */
  answerOf(token: string): { readonly delayMs: number; readonly isLost: boolean };
  /** How often a new webhook is delivered. */
  copiesOfWebhook(): 1 | 2;
}

/** Decides from the seed in `behaviour.seed`; another seed starts another sequence. */
export function createBehaviour(knobs: Knobs<typeof knobDefs>): Behaviour {
  let seed = knobs.get('behaviour.seed');
  let roll = createDice(seed);
  let rollWebhook = createDice(seed ^ WEBHOOK_DICE);
  knobs.onChange(() => {
    if (knobs.get('behaviour.seed') === seed) return;
    seed = knobs.get('behaviour.seed');
    roll = createDice(seed);
    rollWebhook = createDice(seed ^ WEBHOOK_DICE);
  });
  return {
    isDeclined: () => roll() < knobs.get('charge.declineRate'),
    answerOf: (token) => ({
      delayMs: Math.max(knobs.get('charge.delayMs'), token === SLOW_TOKEN ? SLOW_MS : 0),
      isLost: roll() < knobs.get('charge.lostResponseRate') || token === LOST_RESPONSE_TOKEN,
    }),
    copiesOfWebhook: () => (rollWebhook() < knobs.get('webhook.duplicates') ? 2 : 1),
  };
}
