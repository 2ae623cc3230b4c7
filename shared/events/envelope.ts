import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { geoPoint, money, objectId } from '../http/index.js';
import { currentContext, incomingContext } from '../logging/index.js';

const orderData = z.object({
  orderId: objectId,
  orderVersion: z.int().min(1),
  customerId: objectId,
  restaurantId: objectId,
  restaurantName: z.string(),
  restaurantOwnerId: objectId,
  restaurantLocation: geoPoint,
  deliveryLocation: geoPoint,
  driverId: objectId.optional(),
  total: money,
  status: z.string(),
});

/** What each event carries, by routing key. `docs/contracts.md` says who publishes it. */
const eventData = {
  'order.created': orderData,
  'order.confirmed': orderData,
  'order.preparing': orderData,
  'order.ready': orderData,
  'order.out_for_delivery': orderData,
  'order.delivered': orderData,
  'order.cancelled': orderData,
  'order.payment_failed': orderData,
  'driver.assigned': z.object({
    orderId: objectId,
    driverId: objectId,
    driverUserId: objectId,
    customerId: objectId,
    distanceMeters: z.number().min(0),
    /** Driver to restaurant to customer. */
    tripMeters: z.number().min(0).optional(),
  }),
  'delivery.rated': z.object({
    orderId: objectId,
    driverId: objectId,
    driverUserId: objectId,
    customerId: objectId,
    stars: z.int().min(1).max(5),
  }),
  'restaurant.updated': z.object({
    restaurantId: objectId,
    ownerId: objectId,
    restaurantVersion: z.int().min(1).optional(),
  }),
} as const;

export type EventType = keyof typeof eventData;
export type EventData<Type extends EventType> = z.infer<(typeof eventData)[Type]>;

/** What travels: the fact, and where it comes from. `type` is also the routing key, `id` also the message id. */
export interface EventEnvelope<Type extends EventType = EventType> {
  readonly id: string;
  readonly type: Type;
  readonly version: 1;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly data: EventData<Type>;
}

const envelope = z.object({
  id: z.uuid(),
  type: z.enum(Object.keys(eventData) as [EventType, ...EventType[]]),
  version: z.literal(1),
  occurredAt: z.iso.datetime(),
  correlationId: z.string(),
  traceparent: z.string(),
  data: z.unknown(),
});

/** Makes an event of the running request, to be put into a document's outbox. */
export function createEvent<Type extends EventType>(type: Type, data: EventData<Type>): EventEnvelope<Type> {
  const { correlationId, traceparent } = currentContext() ?? incomingContext({});
  return { id: randomUUID(), type, version: 1, occurredAt: new Date().toISOString(), correlationId, traceparent, data };
}

/**
 * Reads a message's body.
 * @throws an Error that says what is wrong: such a message is parked, not retried
 */
export function parseEvent(body: Buffer): EventEnvelope {
  const outer = envelope.parse(JSON.parse(body.toString('utf8')));
  return { ...outer, data: eventData[outer.type].parse(outer.data) };
}

/** Narrows an event to one type. */
export function isEvent<Type extends EventType>(event: EventEnvelope, type: Type): event is EventEnvelope<Type> {
  return event.type === type;
}
