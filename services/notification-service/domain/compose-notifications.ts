import type { EventEnvelope } from '@quickbite/shared/events';
import type { Money } from '@quickbite/shared/http';
import type { Messages, Recipient } from './messages.js';
import type { NewNotification, NotifiedEventType } from './notification.js';

/** Writes the notifications of an event: one for each recipient. */
export function composeNotifications(
  messages: Messages,
  event: EventEnvelope<NotifiedEventType>,
): readonly NewNotification[] {
  const values = placeholdersOf(event);
  return (messages.get(event.type) ?? []).map(({ to, title, body }) => ({
    userId: recipientOf(event, to),
    eventId: event.id,
    type: event.type,
    title: title(values),
    body: body(values),
    channel: 'in_app',
    data: { orderId: event.data.orderId },
  }));
}

function recipientOf({ type, data }: EventEnvelope<NotifiedEventType>, to: Recipient): string {
  if (to === 'customer') return data.customerId;
  if (to === 'restaurant_owner' && 'restaurantOwnerId' in data) return data.restaurantOwnerId;
  if (to === 'driver' && 'driverUserId' in data) return data.driverUserId;
  throw new TypeError(`${type} does not say who the ${to} is; expected a text for somebody whom the event names`);
}

/** Last digits of an order's id: enough to tell one's own orders apart. */
const SHORT_ID_DIGITS = 6;

function placeholdersOf({ data }: EventEnvelope<NotifiedEventType>): Readonly<Record<string, string>> {
  const order = `#${data.orderId.slice(-SHORT_ID_DIGITS)}`;
  return 'distanceMeters' in data
    ? { order, distance: formatDistance(data.distanceMeters) }
    : { order, restaurant: data.restaurantName, total: formatMoney(data.total) };
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
