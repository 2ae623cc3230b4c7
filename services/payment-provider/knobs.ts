import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** How badly the outsider behaves; by default it works. */
export const knobs = {
  'charge.declineRate': knob(
    share,
    0,
    'Share of charges that are declined at random, 0 to 1; the token tok_declined is always declined.',
  ),
  'charge.lostResponseRate': knob(
    share,
    0,
    'Share of new charges whose connection is cut after the money was taken, 0 to 1; that of the token tok_lost_response always is.',
  ),
  'charge.delayMs': knob(
    z.number().int().min(0).max(60_000),
    0,
    'Milliseconds between taking the money and answering: a caller that gives up earlier has been charged all the same. The token tok_slow takes at least 10000.',
  ),
  'webhook.enabled': knob(
    z.boolean(),
    true,
    'What happens to a charge is also told to the webhook URL; off, what happens meanwhile is never told.',
  ),
  'webhook.duplicates': knob(share, 0, 'Share of webhooks that are delivered twice, 0 to 1.'),
  'webhook.delayMs': knob(
    z.number().int().min(0).max(60_000),
    0,
    'Milliseconds between what happened and the first attempt to deliver its webhook.',
  ),
  'behaviour.seed': knob(
    z.number().int().min(0).max(4_294_967_295),
    1,
    'Start of the sequence that decides what happens at random; another seed starts another one.',
  ),
};
