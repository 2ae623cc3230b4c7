import { z } from 'zod';
import { geoPoint } from '@quickbite/shared/http';

const at = z.iso.datetime();

/** What driver-service and order-service publish about an order, and what its viewers get. */
export const trackingEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('location'), orderId: z.string(), location: geoPoint, at }),
  z.object({ type: z.literal('status'), orderId: z.string(), status: z.string(), at }),
]);
export type TrackingEvent = z.infer<typeof trackingEvent>;

/** After these nothing more will happen to an order. */
const FINAL = new Set(['DELIVERED', 'CANCELLED', 'PAYMENT_FAILED']);

/** Whether nothing will come after this event. */
export const isFinal = (event: TrackingEvent): boolean => event.type === 'status' && FINAL.has(event.status);

/** How far a viewer is: the time of the newest event of each kind that it has, in ms since 1970; 0 for none. */
export type Position = Readonly<Record<TrackingEvent['type'], number>>;

export const START: Position = { status: 0, location: 0 };

/** A position as the id of a server-sent event. It means the same at every gateway. */
export const formatPosition = ({ status, location }: Position): string => `${status}.${location}`;

/** Reads a `Last-Event-ID`; undefined unless it is one of ours. */
export function parsePosition(text: unknown): Position | undefined {
  const [, status, location] = (typeof text === 'string' && /^(\d{1,15})\.(\d{1,15})$/.exec(text)) || [];
  return status === undefined || location === undefined
    ? undefined
    : { status: Number(status), location: Number(location) };
}

/** Where a viewer is after an event; undefined when it has that or a newer one already. */
export function advance(position: Position, { type, at: time }: TrackingEvent): Position | undefined {
  const ms = Date.parse(time);
  return ms > position[type] ? { ...position, [type]: ms } : undefined;
}
