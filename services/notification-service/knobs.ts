import { failureStrategies } from '@quickbite/shared/events';
import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';
import { orderingStrategies } from './domain/old-news.js';
import { dedupeStrategies } from './domain/record-once.js';

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const rate = z.number().min(0).max(1);
const flag = z.boolean();

/** What protects a recipient from hearing things twice, too often, at night or not at all; and what goes wrong on demand. */
export const notificationKnobs = {
  'dedupe.strategy': knob(
    z.enum(dedupeStrategies),
    'processed-event',
    'How a repeated delivery of an event is recognised: processed-event is a unique index on the record itself, redis-claim a SET NX in Redis, redis-check a GET before and a SET after, none not at all.',
  ),
  'consumer.prefetch': knob(
    count(0, 1000),
    50,
    'Messages that each instance is sent before it has acknowledged one of them, 0 for any number; those that it has at the time of a change are not disturbed.',
  ),
  'consumer.workers': knob(
    count(0, 1000),
    0,
    'Messages that each instance works on at once, of those that it was sent; the others wait inside of it. 0: all of them.',
  ),
  'consumer.delayMs': knob(
    count(0, 60_000),
    0,
    'Milliseconds that each message takes longer that is told in full, for a slow consumer.',
  ),
  'consumer.staleAfterMs': knob(
    count(0, 3_600_000),
    0,
    'An event that is this old when its turn comes is put on record in the app and not told otherwise: no alert, no email; 0 tells all in full.',
  ),
  'consumer.failAttempts': knob(
    count(0, 100),
    0,
    'So many first attempts at each message fail; a message is parked after its fourth.',
  ),
  'consumer.onFailure': knob(
    z.enum(failureStrategies),
    'retry',
    'What becomes of a message that fails: retry tries it again after growing pauses and parks it, requeue puts it back at the head of its queue at once, as often as it fails.',
  ),
  'ordering.strategy': knob(
    z.enum(orderingStrategies),
    'version',
    'What becomes of news of an order that come after newer ones: version keeps them on record and tells nobody, none tells them as they come.',
  ),
  'delivery.attempts': knob(count(1, 20), 3, 'Tries on one channel before the delivery has failed there.'),
  'delivery.sameKey': knob(
    flag,
    true,
    'Each try of a message on a channel has the same key, by which the provider knows it again; off, each has a new one.',
  ),
  'delivery.leaseMs': knob(
    count(100, 600_000),
    15_000,
    'Milliseconds after which deliveries that somebody began are taken over, as after a crash.',
  ),
  'fallback.enabled': knob(flag, true, 'A push that fails is followed by an SMS, and that by an email.'),
  'quietHours.enabled': knob(flag, true, 'Push and SMS do not disturb in the quiet hours of their recipient.'),
  'importance.enabled': knob(
    flag,
    true,
    'Urgent messages pass quiet hours and the own cap of their recipient, passing ones are not sent in quiet hours; off, all are alike: they wait, and count.',
  ),
  'batch.windowMs': knob(
    count(0, 3_600_000),
    0,
    'Milliseconds that alerts wait so that several of one order become one push or SMS; 0 sends each at once.',
  ),
  'cap.own': knob(flag, true, 'Recipients get no more messages a day than they have asked for.'),
  'cap.push': knob(count(0, 1000), 100, 'Push messages that one recipient gets in a day; 0 sends none.'),
  'cap.sms': knob(count(0, 1000), 20, 'SMS that one recipient gets in a day; 0 sends none.'),
  'cap.email': knob(count(0, 1000), 50, 'Emails that one recipient gets in a day; 0 sends none.'),
  'channel.push.down': knob(flag, false, 'The push service refuses everything.'),
  'channel.sms.down': knob(flag, false, 'The SMS gateway refuses everything.'),
  'channel.email.down': knob(flag, false, 'The mail server refuses everything.'),
  'channel.push.failRate': knob(rate, 0, 'Share of the push messages that the push service refuses, 0 to 1.'),
  'channel.sms.failRate': knob(rate, 0, 'Share of the SMS that the gateway refuses, 0 to 1.'),
  'channel.email.failRate': knob(rate, 0, 'Share of the emails that the mail server refuses, 0 to 1.'),
  'channel.push.lostAnswers': knob(
    rate,
    0,
    'Share of the push messages that arrive and are reported as failed, 0 to 1.',
  ),
  'channel.sms.lostAnswers': knob(rate, 0, 'Share of the SMS that arrive and are reported as failed, 0 to 1.'),
  'channel.email.lostAnswers': knob(rate, 0, 'Share of the emails that arrive and are reported as failed, 0 to 1.'),
  'clock.aheadMs': knob(
    count(0, 7 * 24 * 3_600_000),
    0,
    'Milliseconds that it is later to this service than it is: a night and its morning within a minute.',
  ),
  'channel.seed': knob(
    count(0, 2 ** 31 - 1),
    1,
    'Which messages channel.*.failRate and channel.*.lostAnswers hit; every change of a knob starts the sequence anew.',
  ),
};
