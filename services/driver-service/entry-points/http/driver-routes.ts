import { geoPoint, parse } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import type { Express } from 'express';
import { json } from 'express';
import { z } from 'zod';
import { chosenStatuses, vehicles } from '../../domain/driver.js';
import type { DriverRepository } from '../../domain/driver-repository.js';
import { moveDriver } from '../../domain/move-driver.js';
import { saveProfile } from '../../domain/save-profile.js';

const profileBody = z.strictObject({
  vehicle: z.enum(vehicles),
  location: geoPoint,
  status: z.enum(chosenStatuses),
});
const locationBody = z.strictObject({ location: geoPoint });
/** Text that is a number: an empty parameter must not count as 0. */
const coordinate = z.string().trim().min(1, 'expected a number').pipe(z.coerce.number());
const nearbyQuery = z.strictObject({
  lng: coordinate.pipe(z.number().min(-180).max(180)),
  lat: coordinate.pipe(z.number().min(-90).max(90)),
  /** Metres. */
  radius: z.coerce.number().int().min(1).max(20_000).default(5000),
});
const NEARBY_LIMIT = 10;

/** A driver's own profile and position, and the search for drivers. */
export function mountDriverRoutes(
  app: Express,
  { drivers, authorize }: { readonly drivers: DriverRepository; readonly authorize: Authorize },
): void {
  const body = json({ limit: '10kb' });

  app.put('/api/drivers/me', body, async (req, res) => {
    const { userId } = authorize(req, 'driver');
    const { driver, created } = await saveProfile(drivers, userId, parse(profileBody, req.body, 'body'));
    res.status(created ? 201 : 200).json(driver);
  });

  app.put('/api/drivers/me/location', body, async (req, res) => {
    const { userId } = authorize(req, 'driver');
    const { location } = parse(locationBody, req.body, 'body');
    res.json(await moveDriver(drivers, userId, location));
  });

  app.get('/api/drivers/nearby', async (req, res) => {
    authorize(req);
    const { lng, lat, radius } = parse(nearbyQuery, req.query, 'query');
    const found = await drivers.findAvailableNear({ type: 'Point', coordinates: [lng, lat] }, radius, NEARBY_LIMIT);
    // Whose account a driver is stays inside: a customer needs where, not who.
    const items = found.map(({ id, vehicle, location, distance }) => ({ id, vehicle, location, distance }));
    res.json({ items, page: 1, limit: NEARBY_LIMIT, total: items.length });
  });
}
