import { knob } from '@quickbite/shared/knobs';
import type { Knobs } from '@quickbite/shared/knobs';
import { z } from 'zod';

const timeoutMs = z.number().int().min(1).max(60_000);

/** How long order-service waits for others, and the defences that a lesson may take away. */
export const knobs = {
  'restaurant.timeoutMs': knob(timeoutMs, 2000, 'Milliseconds that restaurant-service gets to answer with a menu.'),
  'payment.timeoutMs': knob(
    timeoutMs,
    1000,
    'Milliseconds that the payment provider gets for each attempt; when none is answered the order stays PENDING until the outcome is known.',
  ),
  'payment.retries': knob(
    z.number().int().min(0).max(10),
    3,
    'How often a charge that got no answer is asked for again before the customer is told.',
  ),
  'payment.idempotencyKeys': knob(
    z.boolean(),
    true,
    'Every attempt to charge an order carries the same key, so that the provider takes the money once; off, each attempt is a new charge.',
  ),
  'payment.compensation': knob(
    z.boolean(),
    true,
    'Money that was charged for an order that is cancelled is given back; off, it is kept.',
  ),
  'orders.pendingTtlMinutes': knob(
    z.number().min(0).max(1440),
    15,
    'Minutes that an order may wait for its payment before it is cancelled.',
  ),
  'orders.pendingGuard': knob(
    z.enum(['unique-index', 'lock', 'none']),
    'unique-index',
    'What keeps a customer from having two PENDING orders with one restaurant: an index of the database, a lock in Redis, or nothing.',
  ),
  'outbox.enabled': knob(
    z.boolean(),
    true,
    'An event is written together with the change that it tells of; off, it is published after the change was saved, and lost when that fails.',
  ),
  'orders.optimisticLock': knob(
    z.boolean(),
    true,
    'A change is refused when the order is not at the version that it is based on; off, the last write wins.',
  ),
};

export type OrderKnobs = Knobs<typeof knobs>;
