import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';

/** How badly the outsider behaves; by default it works. */
export const knobs = {
  'charge.declineRate': knob(
    z.number().min(0).max(1),
    0,
    'Share of charges that are declined at random, 0 to 1; the token tok_declined is always declined.',
  ),
  'charge.delayMs': knob(
    z.number().int().min(0).max(60_000),
    0,
    'Milliseconds between taking the money and answering: a caller that gives up earlier has been charged all the same.',
  ),
};
