import type { NotifiedEventType } from './notification.js';
import { compileTemplate } from './template.js';
import type { Render } from './template.js';

/** Who is told. */
export type Recipient = 'customer' | 'restaurant_owner' | 'driver';

/** What a text may mention, by kind of event. */
const orderPlaceholders = ['order', 'restaurant', 'total'] as const;
const driverPlaceholders = ['order', 'distance'] as const;

interface Text {
  readonly to: Recipient;
  readonly title: string;
  readonly body: string;
}

/** Every text that this service sends. */
const texts: Readonly<Record<NotifiedEventType, readonly Text[]>> = {
  'order.created': [
    {
      to: 'customer',
      title: 'Order placed',
      body: 'Order {{order}} at {{restaurant}} for {{total}} waits for its payment.',
    },
  ],
  'order.confirmed': [
    {
      to: 'customer',
      title: 'Order confirmed',
      body: '{{restaurant}} has your order {{order}}. We are looking for a driver.',
    },
    { to: 'restaurant_owner', title: 'New order', body: 'Order {{order}} for {{total}} is paid. Start to prepare it.' },
  ],
  'order.preparing': [
    { to: 'customer', title: 'In the kitchen', body: '{{restaurant}} is preparing your order {{order}}.' },
  ],
  'order.ready': [
    { to: 'customer', title: 'Ready for pick-up', body: 'Order {{order}} waits at {{restaurant}} for its driver.' },
  ],
  'order.out_for_delivery': [
    { to: 'customer', title: 'On its way', body: 'Order {{order}} from {{restaurant}} is on its way to you.' },
  ],
  'order.delivered': [
    { to: 'customer', title: 'Delivered', body: 'Order {{order}} from {{restaurant}} has arrived. Enjoy!' },
  ],
  'order.cancelled': [
    { to: 'customer', title: 'Order cancelled', body: 'Order {{order}} at {{restaurant}} was cancelled.' },
  ],
  'order.payment_failed': [
    {
      to: 'customer',
      title: 'Payment failed',
      body: 'The payment of {{total}} for order {{order}} at {{restaurant}} did not go through. Try again with another card.',
    },
  ],
  'driver.assigned': [
    {
      to: 'customer',
      title: 'Driver found',
      body: 'A driver {{distance}} from the restaurant takes your order {{order}}.',
    },
    { to: 'driver', title: 'New delivery', body: 'Order {{order}} is yours. The restaurant is {{distance}} away.' },
  ],
};

/** A compiled text and whom it goes to. */
export interface Message {
  readonly to: Recipient;
  readonly title: Render;
  readonly body: Render;
}
export type Messages = ReadonlyMap<NotifiedEventType, readonly Message[]>;

/**
 * Compiles all texts, once, at start.
 * @throws Error when one of them names a placeholder that its event does not carry
 */
export function compileMessages(): Messages {
  return new Map(
    (Object.keys(texts) as NotifiedEventType[]).map((type) => {
      const names = type === 'driver.assigned' ? driverPlaceholders : orderPlaceholders;
      const compile = (text: string): Render => compileTemplate(text, names);
      return [type, texts[type].map(({ to, title, body }) => ({ to, title: compile(title), body: compile(body) }))];
    }),
  );
}
