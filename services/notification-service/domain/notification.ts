import type { EventType } from '@quickbite/shared/events';

/** The events that somebody is told about. */
export type NotifiedEventType = Exclude<EventType, `restaurant.${string}`>;

/** What is recorded for one recipient of one event. */
export interface NewNotification {
  readonly userId: string;
  readonly eventId: string;
  readonly type: NotifiedEventType;
  readonly title: string;
  readonly body: string;
  readonly channel: 'in_app';
  readonly data: { readonly orderId: string };
}

/** A recorded notification, as its recipient sees it. */
export interface Notification extends Omit<NewNotification, 'eventId'> {
  readonly id: string;
  readonly createdAt: string;
  readonly readAt?: string;
}
