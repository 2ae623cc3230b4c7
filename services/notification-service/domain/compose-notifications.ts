import type { EventEnvelope } from '@quickbite/shared/events';
import type { Money } from '@quickbite/shared/http';
import type { Message, Messages, Recipient } from './messages.js';
import type { Content, Delivery, NewNotification, NotifiedEventType } from './notification.js';

/** Writes the notifications of an event: one for each recipient, with the deliveries that it begins with. */
export function composeNotifications(
  options: { readonly messages: Messages; readonly batchWindowMs: number; readonly now: () => Date },
  event: EventEnvelope<NotifiedEventType>,
): readonly NewNotification[] {
  return (options.messages.get(event.type) ?? []).map((message) => ({
    userId: recipientOf(event, message.to),
    eventId: event.id,
    type: event.type,
    orderId: event.data.orderId,
    orderVersion: 'orderVersion' in event.data ? event.data.orderVersion : undefined,
    importance: message.importance,
    content: contentOf(message, event),
    deliveries: planDeliveries(message, options),
  }));
}

/**
 * The record is in the app at once. An alert goes out as a push, and from there to SMS and email if it must; an email of its own
 * goes to those who will want to look it up.
 */
function planDeliveries(
  { receipt }: Message,
  { batchWindowMs, now }: { readonly batchWindowMs: number; readonly now: () => Date },
): readonly Delivery[] {
  const at = now();
  return [
    { channel: 'in_app', status: 'sent', attempts: 1, sentAt: at },
    { channel: 'push', status: 'pending', attempts: 0, dueAt: new Date(at.getTime() + batchWindowMs) },
    ...(receipt ? [{ channel: 'email', status: 'pending', attempts: 0, dueAt: at } as const] : []),
  ];
}

function recipientOf({ type, data }: EventEnvelope<NotifiedEventType>, to: Recipient): string {
  if (to === 'customer') return data.customerId;
  if (to === 'restaurant_owner' && 'restaurantOwnerId' in data) return data.restaurantOwnerId;
  if (to === 'driver' && 'driverUserId' in data) return data.driverUserId;
  throw new TypeError(`${type} does not say who the ${to} is; expected a text for somebody whom the event names`);
}

function contentOf({ title, body, sms, email }: Message, event: EventEnvelope<NotifiedEventType>): Content {
  const values = placeholdersOf(event);
  const { restaurant } = values;
  const short = restaurant === undefined ? values : { ...values, restaurant: shorten(restaurant) };
  return {
    title: title(values),
    body: body(values),
    sms: sms(short),
    email: { subject: email.subject(values), text: email.text(values) },
  };
}

/** Last digits of an order's id: enough to tell one's own orders apart. */
const SHORT_ID_DIGITS = 6;

function placeholdersOf({ data }: EventEnvelope<NotifiedEventType>): Readonly<Record<string, string>> {
  const order = `#${data.orderId.slice(-SHORT_ID_DIGITS)}`;
  return 'distanceMeters' in data
    ? { order, distance: formatDistance(data.distanceMeters) }
    : { order, restaurant: data.restaurantName, total: formatMoney(data.total) };
}

/** What a restaurant's name may take of an SMS. The longest text leaves room for it. */
const SMS_NAME_LENGTH = 40;

function shorten(name: string): string {
  return name.length <= SMS_NAME_LENGTH ? name : `${name.slice(0, SMS_NAME_LENGTH - 3).trimEnd()}...`;
}

/** `12.99 EUR`. The digits after the point are the currency's own: none for yen. */
function formatMoney({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

/** `850 m`, `1.2 km`. */
function formatDistance(meters: number): string {
  return meters < 1000 ? `${Math.round(meters)} m` : `${(meters / 1000).toFixed(1)} km`;
}
