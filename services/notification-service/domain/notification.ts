import type { EventType } from '@quickbite/shared/events';

/** The events that somebody is told about. */
export type NotifiedEventType = Exclude<EventType, `restaurant.${string}` | `delivery.${string}`>;

/** The ways out of the house, by how much they disturb: each may fail, and is tried again. */
export const outsideChannels = ['push', 'sms', 'email'] as const;
export type OutsideChannel = (typeof outsideChannels)[number];
/** `in_app` is the record itself, shown in the list of notifications. */
export const channels = ['in_app', ...outsideChannels] as const;
export type ChannelName = (typeof channels)[number];

export const deliveryStatuses = ['pending', 'sent', 'failed', 'suppressed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** What became of a notification on one channel. */
export interface Delivery {
  readonly channel: ChannelName;
  /** `suppressed`: on purpose, the reason says why; `failed`: it was tried as often as is allowed. */
  readonly status: DeliveryStatus;
  /** Times that it was handed to the channel. */
  readonly attempts: number;
  readonly reason?: string;
  /** When it is tried next; only while it is pending. */
  readonly dueAt?: Date;
  readonly sentAt?: Date;
}

/**
 * What becomes of an alert when its recipient is not to be disturbed. `urgent`: somebody has to do something now, and hears of it.
 * `lasting`: it is as good in the morning, and waits. `passing`: the next one overtakes it, and it is left to the app.
 */
export const importances = ['urgent', 'lasting', 'passing'] as const;
export type Importance = (typeof importances)[number];

/** The texts of a notification, for every channel that it might take. */
export interface Content {
  readonly title: string;
  readonly body: string;
  /** At most 160 characters. */
  readonly sms: string;
  readonly email: { readonly subject: string; readonly text: string };
}

/** What is written for one recipient of one event. */
export interface NewNotification {
  readonly userId: string;
  readonly eventId: string;
  readonly type: NotifiedEventType;
  readonly orderId: string;
  /** Of the order when this happened to it; later is higher. Not all events say. */
  readonly orderVersion?: number | undefined;
  readonly importance: Importance;
  readonly content: Content;
  readonly deliveries: readonly Delivery[];
}

/** A notification that is on record. */
export interface Notification extends NewNotification {
  readonly id: string;
  readonly createdAt: Date;
  readonly readAt?: Date;
}
