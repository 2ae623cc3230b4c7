import { geoPoint, objectId } from '@quickbite/shared/http';
import { z } from 'zod';
import { chosenStatuses, statuses, vehicles } from '../../domain/driver.js';

/** How many drivers a search lists at most. */
export const NEARBY_LIMIT = 10;

export const profileBody = z.strictObject({
  /** Shown to the customers of their orders; kept when it is left out. */
  name: z.string().trim().min(1).max(80).optional(),
  vehicle: z.enum(vehicles),
  location: geoPoint,
  status: z.enum(chosenStatuses),
});
export const locationBody = z.strictObject({ location: geoPoint });
export const orderPath = z.strictObject({ orderId: objectId });
export const driverPath = z.strictObject({ id: objectId });

/** Text that is a number: an empty parameter must not count as 0. */
const coordinate = z.string().trim().min(1, 'expected a number').pipe(z.coerce.number());
export const nearbyQuery = z.strictObject({
  lng: coordinate.pipe(z.number().min(-180).max(180)),
  lat: coordinate.pipe(z.number().min(-90).max(90)),
  /** Metres. */
  radius: z.coerce.number().int().min(1).max(20_000).default(5000),
});

const rating = z.number().min(0).max(5);
const count = z.int().min(0);

/** A driver as they see themselves. */
export const ownDriver = z.strictObject({
  id: objectId,
  userId: objectId,
  name: z.string().optional(),
  vehicle: z.enum(vehicles),
  status: z.enum(statuses),
  location: geoPoint,
  locatedAt: z.iso.datetime(),
  currentOrderId: objectId.optional(),
  offer: z.strictObject({ expiresAt: z.iso.datetime(), distanceMeters: count, tripMeters: count }).optional(),
  metrics: z.strictObject({ rating, deliveriesToday: count, totalDeliveries: count }),
  updatedAt: z.iso.datetime(),
});

/** Where a driver said to be. */
export const position = z.strictObject({ id: objectId, location: geoPoint, locatedAt: z.iso.datetime() });

/** A driver as others see them. */
export const publicDriver = z.strictObject({
  id: objectId,
  name: z.string().optional(),
  vehicle: z.enum(vehicles),
  rating,
  location: geoPoint,
  updatedAt: z.iso.datetime(),
});

export const nearbyAnswer = z.strictObject({
  items: z
    .array(z.strictObject({ id: objectId, vehicle: z.enum(vehicles), location: geoPoint, distance: z.number().min(0) }))
    .max(NEARBY_LIMIT),
  page: z.literal(1),
  limit: z.literal(NEARBY_LIMIT),
  total: count,
});
