import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';

const timeoutMs = z.number().int().min(1).max(60_000);

/** How long order-service waits for others. */
export const knobs = {
  'restaurant.timeoutMs': knob(timeoutMs, 2000, 'Milliseconds that restaurant-service gets to answer with a menu.'),
  'payment.timeoutMs': knob(
    timeoutMs,
    5000,
    'Milliseconds that the payment provider gets to answer; afterwards the order stays PENDING and the payment can be repeated safely.',
  ),
};
