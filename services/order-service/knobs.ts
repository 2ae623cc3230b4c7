import { knob } from '@quickbite/shared/knobs';
import type { Knobs } from '@quickbite/shared/knobs';
import { z } from 'zod';
import { listStrategies } from './domain/name-restaurants.js';

const timeoutMs = z.number().int().min(1).max(60_000);

/** How long order-service waits for others, and the defences that a lesson may take away. */
export const knobs = {
  'identity.signed': knob(
    z.boolean(),
    true,
    'Only an identity that the gateway or a service has signed is believed; off, whoever reaches this service is whom the header x-user-id names.',
  ),
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
  'webhook.dedupe': knob(
    z.boolean(),
    true,
    'A webhook of the payment provider has its effect once; off, each delivery is taken for news: it confirms again, in whatever state the order is, and its amount counts again.',
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
  'orders.pendingLockMs': knob(
    z.int().min(1).max(60_000),
    5000,
    'Milliseconds after which the lock in Redis expires: a holder that dies keeps others out for so long, and one that is slower has lost it without noticing.',
  ),
  'orders.stateMachine': knob(
    z.boolean(),
    true,
    'An order takes only steps that can follow its state; off, participants move it to any of the states that they may ask for.',
  ),
  'orders.listStrategy': knob(
    z.enum(listStrategies),
    'denormalised',
    'Where a list of orders has the names of restaurants from: copies in the orders, one call to restaurant-service, or one call an order.',
  ),
  'outbox.enabled': knob(
    z.boolean(),
    true,
    'An event is written together with the change that it tells of; off, it is published after the change was saved, and lost when that fails.',
  ),
  'outbox.lossAnswer': knob(
    z.enum(['success', 'error']),
    'success',
    'Without the outbox, what a request is answered whose event could not be published: success, as if nothing were wrong, or an error, although the change is saved.',
  ),
  'events.persistent': knob(
    z.boolean(),
    true,
    'Events are published as persistent, on the disk of the broker when it confirms them; off, they are in its memory and gone when it ends.',
  ),
  'orders.optimisticLock': knob(
    z.boolean(),
    true,
    'A change is refused when the order is not at the version that it is based on; off, the last write wins.',
  ),
  'orders.quoteTtlSeconds': knob(
    z.number().min(0).max(3600),
    300,
    'Seconds that a quoted price holds for who orders with its quoteId.',
  ),
  'surge.enabled': knob(
    z.boolean(),
    true,
    'The delivery fee rises where many customers want something of few drivers; off, it follows from the distance alone.',
  ),
  'surge.maxMultiplier': knob(
    z.number().min(1).max(5).multipleOf(0.25),
    2.5,
    'What a delivery fee is multiplied with at most.',
  ),
  'surge.minDemand': knob(
    z.int().min(1).max(1000),
    5,
    'Customers that a neighbourhood needs before it says anything about scarcity.',
  ),
  'surge.demandMinutes': knob(
    z.number().min(0.01).max(120),
    10,
    'Minutes that a customer counts as demand who asked for a price or ordered.',
  ),
  'surge.repriceSeconds': knob(
    z.number().min(0).max(600),
    30,
    'Seconds that the multiplier of a place holds; then it moves by a quarter at most upwards.',
  ),
};

export type OrderKnobs = Knobs<typeof knobs>;
