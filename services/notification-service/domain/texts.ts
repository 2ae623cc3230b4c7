import type { Importance, NotifiedEventType } from './notification.js';

/** Who is told. */
export type Recipient = 'customer' | 'restaurant_owner' | 'driver';

/** What is said, on every channel. */
export interface Text {
  readonly to: Recipient;
  /** In the app, and as a push. */
  readonly title: string;
  readonly body: string;
  /** At most 160 characters when it is filled in. */
  readonly sms: string;
  readonly email: { readonly subject: string; readonly text: string };
  /** Worth an email of its own, because people look it up later. */
  readonly receipt?: true;
  readonly importance: Importance;
}

/** Every text that this service sends. */
export const texts: Readonly<Record<NotifiedEventType, readonly Text[]>> = {
  'order.created': [
    {
      to: 'customer',
      importance: 'passing',
      title: 'Order placed',
      body: 'Order {{order}} at {{restaurant}} for {{total}} waits for its payment.',
      sms: 'QuickBite: order {{order}} at {{restaurant}} for {{total}} waits for its payment.',
      email: {
        subject: 'Order {{order}} is placed',
        text: 'You ordered at {{restaurant}} for {{total}}.\n\nOrder {{order}} waits for its payment. Nothing has been charged yet.',
      },
    },
  ],
  'order.confirmed': [
    {
      to: 'customer',
      importance: 'passing',
      title: 'Order confirmed',
      body: '{{restaurant}} has your order {{order}}. We are looking for a driver.',
      sms: 'QuickBite: {{restaurant}} has your order {{order}}. We are looking for a driver.',
      email: {
        subject: 'Receipt for order {{order}}',
        text: 'You paid {{total}} for order {{order}} at {{restaurant}}.\n\nThe restaurant has your order, and we are looking for a driver.',
      },
      receipt: true,
    },
    {
      to: 'restaurant_owner',
      importance: 'urgent',
      title: 'New order',
      body: 'Order {{order}} for {{total}} is paid. Start to prepare it.',
      sms: 'QuickBite: order {{order}} for {{total}} is paid. Start to prepare it.',
      email: {
        subject: 'New order {{order}}',
        text: 'Order {{order}} for {{total}} at {{restaurant}} is paid.\n\nStart to prepare it.',
      },
    },
  ],
  'order.preparing': [
    {
      to: 'customer',
      importance: 'passing',
      title: 'In the kitchen',
      body: '{{restaurant}} is preparing your order {{order}}.',
      sms: 'QuickBite: {{restaurant}} is preparing your order {{order}}.',
      email: {
        subject: 'Order {{order}} is in the kitchen',
        text: '{{restaurant}} is preparing your order {{order}}.',
      },
    },
  ],
  'order.ready': [
    {
      to: 'customer',
      importance: 'passing',
      title: 'Ready for pick-up',
      body: 'Order {{order}} waits at {{restaurant}} for its driver.',
      sms: 'QuickBite: order {{order}} waits at {{restaurant}} for its driver.',
      email: { subject: 'Order {{order}} is ready', text: 'Order {{order}} waits at {{restaurant}} for its driver.' },
    },
  ],
  'order.out_for_delivery': [
    {
      to: 'customer',
      importance: 'urgent',
      title: 'On its way',
      body: 'Order {{order}} from {{restaurant}} is on its way to you.',
      sms: 'QuickBite: order {{order}} from {{restaurant}} is on its way to you.',
      email: {
        subject: 'Order {{order}} is on its way',
        text: 'Order {{order}} from {{restaurant}} is on its way to you.',
      },
    },
  ],
  'order.delivered': [
    {
      to: 'customer',
      importance: 'lasting',
      title: 'Delivered',
      body: 'Order {{order}} from {{restaurant}} has arrived. Enjoy!',
      sms: 'QuickBite: order {{order}} from {{restaurant}} has arrived. Enjoy!',
      email: {
        subject: 'Order {{order}} has arrived',
        text: 'Order {{order}} from {{restaurant}} for {{total}} has arrived. Enjoy!',
      },
    },
  ],
  'order.cancelled': [
    {
      to: 'customer',
      importance: 'lasting',
      title: 'Order cancelled',
      body: 'Order {{order}} at {{restaurant}} was cancelled.',
      sms: 'QuickBite: order {{order}} at {{restaurant}} was cancelled.',
      email: {
        subject: 'Order {{order}} was cancelled',
        text: 'Order {{order}} at {{restaurant}} for {{total}} was cancelled.\n\nWhat was charged for it is refunded.',
      },
      receipt: true,
    },
  ],
  'order.payment_failed': [
    {
      to: 'customer',
      importance: 'urgent',
      title: 'Payment failed',
      body: 'The payment of {{total}} for order {{order}} at {{restaurant}} did not go through. Order again with another card.',
      sms: 'QuickBite: the payment of {{total}} for order {{order}} did not go through. Order again with another card.',
      email: {
        subject: 'The payment for order {{order}} failed',
        text: 'The payment of {{total}} for order {{order}} at {{restaurant}} did not go through.\n\nOrder again with another card.',
      },
      receipt: true,
    },
  ],
  'driver.assigned': [
    {
      to: 'customer',
      importance: 'passing',
      title: 'Driver found',
      body: 'A driver {{distance}} from the restaurant takes your order {{order}}.',
      sms: 'QuickBite: a driver {{distance}} from the restaurant takes your order {{order}}.',
      email: {
        subject: 'A driver takes order {{order}}',
        text: 'A driver {{distance}} from the restaurant takes your order {{order}}.',
      },
    },
    {
      to: 'driver',
      importance: 'urgent',
      title: 'New delivery',
      body: 'Order {{order}} is yours. The restaurant is {{distance}} away.',
      sms: 'QuickBite: order {{order}} is yours. The restaurant is {{distance}} away.',
      email: {
        subject: 'New delivery: order {{order}}',
        text: 'Order {{order}} is yours.\n\nThe restaurant is {{distance}} away.',
      },
    },
  ],
};
