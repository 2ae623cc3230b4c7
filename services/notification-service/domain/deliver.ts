import { randomUUID } from 'node:crypto';
import { isOutage } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { Channels } from './channel.js';
import { combine } from './combine.js';
import type { Contact, Contacts } from './contact.js';
import type { DailyCounts } from './daily-counts.js';
import type { ClaimedNotification, NotificationRepository } from './notification-repository.js';
import type { Content, Delivery, OutsideChannel } from './notification.js';
import { OLD_NEWS } from './old-news.js';
import type { OrderingStrategy } from './old-news.js';
import { localDay, quietUntil } from './quiet-hours.js';

/** How deliveries are made; asked for at each. */
export interface DeliverySettings {
  /** Tries on one channel. */
  readonly attempts: number;
  /** Each try on a channel has the key of the one before. */
  readonly sameKey: boolean;
  readonly fallback: boolean;
  readonly quietHours: boolean;
  /** What is urgent passes, what is passing is dropped in quiet hours; otherwise all are alike, and wait. */
  readonly importance: boolean;
  readonly ownCap: boolean;
  readonly batchWindowMs: number;
  readonly ordering: OrderingStrategy;
  readonly dailyCap: (channel: OutsideChannel) => number;
}

/** What it takes to deliver. */
export interface Delivering {
  readonly notifications: NotificationRepository;
  readonly contacts: Contacts;
  readonly counts: DailyCounts;
  readonly channels: Channels;
  readonly settings: () => DeliverySettings;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** An alert that does not get through takes the next one. */
const NEXT: Readonly<Partial<Record<OutsideChannel, OutsideChannel>>> = { push: 'sms', sms: 'email' };
const DISTURBS: ReadonlySet<OutsideChannel> = new Set(['push', 'sms']);

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
const CONTACT_RETRY_MS = { min: 1000, max: 60_000 } as const;
/** Nobody wants to hear of yesterday's order. */
const GIVE_UP_MS = 24 * 3600 * 1000;

/**
 * Makes the due deliveries of a claimed notification and writes down what became of them, all at once at the end. A crash
 * before that repeats them with the same idempotency keys.
 */
export async function deliver(delivering: Delivering, claimed: ClaimedNotification): Promise<void> {
  const { notifications, contacts, logger, now } = delivering;
  let contact: Contact | undefined;
  try {
    contact = await contacts.find(claimed.userId);
  } catch (error) {
    logger.debug('nobody can say how to reach a recipient; trying again', { error });
    await notifications.settle(claimed, whilePending(claimed.deliveries, waitForContact(claimed, now())));
    return;
  }
  if (!contact) {
    const nobody = suppressed('there is no such account');
    await notifications.settle(claimed, whilePending(claimed.deliveries, nobody));
    return;
  }
  let deliveries = honourInApp(claimed.deliveries, contact);
  for (;;) {
    const due = deliveries.find((one) => one.status === 'pending' && (one.dueAt ?? now()) <= now());
    if (!due || due.channel === 'in_app') break;
    const { result, goOn } = await attempt(delivering, { claimed, contact, due, channel: due.channel });
    deliveries = deliveries.map((one) => (one === due ? result : one));
    const next = goOn ? NEXT[due.channel] : undefined;
    if (next !== undefined && !deliveries.some(({ channel }) => channel === next))
      deliveries = [...deliveries, { channel: next, status: 'pending', attempts: 0, dueAt: now() }];
  }
  await notifications.settle(claimed, deliveries);
}

/** `goOn`: it did not get through here, and the next channel of the chain is to try. */
interface Attempted {
  readonly result: Delivery;
  readonly goOn: boolean;
}

async function attempt(
  delivering: Delivering,
  task: {
    readonly claimed: ClaimedNotification;
    readonly contact: Contact;
    readonly due: Delivery;
    readonly channel: OutsideChannel;
  },
): Promise<Attempted> {
  const { counts, channels, now } = delivering;
  const { claimed, contact, due, channel } = task;
  const { preferences } = contact;
  const settings = delivering.settings();
  if (await isOldNews(delivering.notifications, settings, task))
    return { result: suppressed(OLD_NEWS)(due), goOn: false };
  const importance = settings.importance ? claimed.importance : 'lasting';
  const obstacle = preferences.channels[channel]
    ? channels[channel].unreachable(contact)
    : 'turned off by the recipient';
  if (obstacle !== undefined) return { result: suppressed(obstacle)(due), goOn: true };

  const mayDisturb = !settings.quietHours || importance === 'urgent' || !DISTURBS.has(channel);
  const quietEnd = mayDisturb ? undefined : quietUntil(preferences, now());
  if (quietEnd && importance === 'passing') return { result: suppressed('quiet hours')(due), goOn: false };
  if (quietEnd) return { result: { ...due, dueAt: quietEnd, reason: 'quiet hours' }, goOn: false };

  const reached = await counts.reserve({
    userId: claimed.userId,
    day: localDay(now(), preferences.timeZone),
    channel,
    notificationId: claimed.id,
    // Who asked for few messages did not ask to miss the driver at the door. Urgent ones count, and others make room for them.
    caps: {
      channel: settings.dailyCap(channel),
      total: settings.ownCap && importance !== 'urgent' ? preferences.dailyCap : undefined,
    },
  });
  if (reached !== undefined) {
    const whose = reached === 'channel' ? `daily cap of ${channel}` : 'daily cap of the recipient';
    return { result: suppressed(`${whose} reached`)(due), goOn: false };
  }
  const content = await contentFor(delivering, settings, task);
  try {
    const key = `${claimed.id}:${channel}`;
    const idempotencyKey = settings.sameKey ? key : `${key}:${randomUUID()}`;
    await channels[channel].send({ idempotencyKey, contact, content });
    return { result: { channel, status: 'sent', attempts: due.attempts + 1, sentAt: now() }, goOn: false };
  } catch (error) {
    // Not the channel's fault: what we remember with is away. The claim runs out, and everything is tried again.
    if (isOutage(error)) throw error;
    return afterFailure(due, error, settings, now());
  }
}

/** Newer ones came while it waited. What is told together says so itself: all of it, the newest in full. */
async function isOldNews(
  notifications: NotificationRepository,
  { ordering, batchWindowMs }: DeliverySettings,
  { claimed, channel }: { readonly claimed: ClaimedNotification; readonly channel: OutsideChannel },
): Promise<boolean> {
  if (ordering === 'none' || batchWindowMs > 0 || !DISTURBS.has(channel)) return false;
  return notifications.knowsNewer(claimed);
}

/** The text to send: with batching, also of what else waits for the same recipient and order. */
async function contentFor(
  { notifications }: Delivering,
  { batchWindowMs }: DeliverySettings,
  { claimed, channel }: { readonly claimed: ClaimedNotification; readonly channel: OutsideChannel },
): Promise<Content> {
  if (batchWindowMs === 0 || !DISTURBS.has(channel)) return claimed.content;
  return combine(await notifications.absorb(claimed, channel));
}

function afterFailure(due: Delivery, error: unknown, settings: DeliverySettings, now: Date): Attempted {
  const { channel } = due;
  const attempts = due.attempts + 1;
  const reason = error instanceof Error ? error.message : String(error);
  if (attempts >= settings.attempts)
    return { result: { channel, status: 'failed', attempts, reason }, goOn: settings.fallback };
  const pause = Math.min(FIRST_RETRY_MS * 2 ** due.attempts, LONGEST_RETRY_MS);
  const dueAt = new Date(now.getTime() + pause);
  return { result: { channel, status: 'pending', attempts, reason, dueAt }, goOn: false };
}

const suppressed =
  (reason: string) =>
  ({ channel, attempts }: Delivery): Delivery => ({ channel, status: 'suppressed', attempts, reason });

/** Waits for as long as it has waited, at least a second and at most a minute: twice as long each time. */
function waitForContact({ createdAt }: ClaimedNotification, now: Date): (delivery: Delivery) => Delivery {
  const age = now.getTime() - createdAt.getTime();
  const dueAt = new Date(now.getTime() + Math.min(Math.max(age, CONTACT_RETRY_MS.min), CONTACT_RETRY_MS.max));
  const reason = 'user-service cannot say how to reach the recipient';
  return (delivery) =>
    age > GIVE_UP_MS
      ? { channel: delivery.channel, status: 'failed', attempts: delivery.attempts, reason }
      : { ...delivery, reason, dueAt: later(delivery.dueAt, dueAt) };
}

const later = (a: Date | undefined, b: Date): Date => (a && a > b ? a : b);

const whilePending = (deliveries: readonly Delivery[], change: (one: Delivery) => Delivery): readonly Delivery[] =>
  deliveries.map((one) => (one.status === 'pending' ? change(one) : one));

/** What concerns an own order is always on record; who does not want to see it in the app does not. */
function honourInApp(deliveries: readonly Delivery[], { preferences }: Contact): readonly Delivery[] {
  if (preferences.channels.inApp) return deliveries;
  return deliveries.map((one) =>
    one.channel === 'in_app' && one.status === 'sent' ? suppressed('turned off by the recipient')(one) : one,
  );
}
