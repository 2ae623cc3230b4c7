import { endpoint } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { DriverRepository } from '../../domain/driver-repository.js';
import type { LocationRecorder } from '../../domain/location-recorder.js';
import type { Supply } from '../../domain/presence.js';
import { readDriver, readOwnProfile } from '../../domain/read-driver.js';
import { saveProfile } from '../../domain/save-profile.js';
import {
  NEARBY_LIMIT,
  driverPath,
  locationBody,
  nearbyAnswer,
  nearbyQuery,
  ownDriver,
  position,
  profileBody,
  publicDriver,
} from './driver-schemas.js';

/** A driver's own profile and position, and what others may see of drivers. */
export function driverEndpoints(dependencies: {
  readonly drivers: DriverRepository;
  readonly locations: LocationRecorder;
  readonly supply: Supply;
  /** Asked for at each search. */
  readonly heartbeatMs: () => number;
}): readonly Endpoint[] {
  const { drivers, locations, supply, heartbeatMs } = dependencies;
  return [
    endpoint({
      method: 'put',
      path: '/api/drivers/me',
      summary: 'Create or update the own profile; a busy driver stays busy',
      access: ['driver'],
      body: profileBody,
      answers: {
        200: { description: 'The updated profile', schema: ownDriver },
        201: { description: 'The new profile', schema: ownDriver },
      },
      problems: ['conflict'],
      async handle({ identity, body }) {
        const { driver, created } = await saveProfile(drivers, identity.userId, body);
        supply.seen([driver]);
        return { status: created ? 201 : 200, body: driver };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/drivers/me',
      summary: 'Read the own profile, with what is assigned',
      access: ['driver'],
      answers: { 200: { description: 'The profile', schema: ownDriver } },
      problems: ['not-found'],
      handle: async ({ identity }) => ({ status: 200, body: await readOwnProfile(drivers, identity.userId) }),
    }),
    endpoint({
      method: 'put',
      path: '/api/drivers/me/location',
      summary: 'Say where the driver is now',
      access: ['driver'],
      body: locationBody,
      answers: {
        200: { description: 'The position as it was taken over; searches see it within a second', schema: position },
      },
      problems: ['not-found'],
      handle: async ({ identity, body }) => ({
        status: 200,
        body: await locations.record(identity.userId, body.location),
      }),
    }),
    endpoint({
      method: 'get',
      path: '/api/drivers/nearby',
      summary: 'List available drivers around a place, nearest first, with their distance in metres',
      access: 'signed-in',
      query: nearbyQuery,
      answers: { 200: { description: 'Up to ten drivers', schema: nearbyAnswer } },
      async handle({ query: { lng, lat, radius } }) {
        const found = await drivers.findAvailableNear({
          location: { type: 'Point', coordinates: [lng, lat] },
          radiusMeters: radius,
          limit: NEARBY_LIMIT,
          heartbeatMs: heartbeatMs(),
        });
        // Whose account a driver is stays inside: a customer needs where, not who.
        const items = found.map(({ id, vehicle, location, distance }) => ({ id, vehicle, location, distance }));
        return { status: 200, body: { items, page: 1, limit: NEARBY_LIMIT, total: items.length } };
      },
    }),
    // Last: `:id` would take `me` and `nearby` for ids.
    endpoint({
      method: 'get',
      path: '/api/drivers/:id',
      summary: 'Read what a customer may see of a driver',
      access: 'signed-in',
      params: driverPath,
      answers: { 200: { description: 'The driver', schema: publicDriver } },
      problems: ['not-found'],
      handle: async ({ params }) => ({ status: 200, body: await readDriver(drivers, params.id) }),
    }),
  ];
}
