import { endpoint } from '@quickbite/shared/http';
import type { Authorize, Endpoint } from '@quickbite/shared/http';
import { IDENTITY_HEADER, SERVICE_ROLE, roles } from '@quickbite/shared/identity';
import type { Request } from 'express';
import type { ChangeAnnouncement } from '../../domain/announce-change.js';
import { closeRestaurant } from '../../domain/close-restaurant.js';
import { createRestaurant } from '../../domain/create-restaurant.js';
import { noSuchRestaurant } from '../../domain/own-restaurant.js';
import type { RestaurantCache } from '../../domain/restaurant-cache.js';
import type { RestaurantRepository } from '../../domain/restaurant.js';
import { updateRestaurant } from '../../domain/update-restaurant.js';
import { cacheHeader } from './cache-header.js';
import { restaurantAnswer } from './restaurant-answers.js';
import { changeBody, draftBody, restaurantPath } from './restaurant-schemas.js';

/** What the endpoints need to do their work. */
export interface RestaurantEndpointDependencies extends ChangeAnnouncement {
  readonly cache: RestaurantCache;
  readonly restaurants: RestaurantRepository;
  readonly authorize: Authorize;
  readonly now: () => Date;
}

/** Everything about a single restaurant. */
export function restaurantEndpoints(dependencies: RestaurantEndpointDependencies): readonly Endpoint[] {
  const { cache, authorize } = dependencies;
  return [
    endpoint({
      method: 'get',
      path: '/api/restaurants/:id',
      summary: 'Read a restaurant with its menu; with an account and "cache-control: no-cache" past the cache',
      access: 'anyone',
      params: restaurantPath,
      answers: { 200: { description: 'The restaurant', schema: restaurantAnswer } },
      problems: ['not-found'],
      async handle({ params: { id }, req }) {
        const { value, outcome } = await cache.restaurant(id, wantsFresh(req, authorize));
        if (!value) throw noSuchRestaurant(id, cacheHeader(outcome));
        return { status: 200, body: value, headers: cacheHeader(outcome) };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/restaurants',
      summary: 'Open a restaurant, which then belongs to whoever asked',
      access: ['restaurant_owner'],
      body: draftBody,
      answers: { 201: { description: 'The restaurant', schema: restaurantAnswer } },
      async handle({ identity, body }) {
        const restaurant = await createRestaurant(dependencies, identity, body);
        return { status: 201, body: restaurant, headers: { location: `/api/restaurants/${restaurant.id}` } };
      },
    }),
    endpoint({
      method: 'patch',
      path: '/api/restaurants/:id',
      summary: 'Change name, description, cuisine or menu; an item with its id stays the same item',
      access: ['restaurant_owner'],
      params: restaurantPath,
      body: changeBody,
      answers: { 200: { description: 'The changed restaurant', schema: restaurantAnswer } },
      problems: ['not-found', 'conflict'],
      handle: async ({ identity, params, body }) => ({
        status: 200,
        body: await updateRestaurant(dependencies, identity, params.id, body),
      }),
    }),
    endpoint({
      method: 'delete',
      path: '/api/restaurants/:id',
      summary: 'Close a restaurant for good',
      access: ['restaurant_owner'],
      params: restaurantPath,
      answers: { 204: { description: 'It is closed' } },
      problems: ['not-found', 'conflict'],
      async handle({ identity, params }) {
        await closeRestaurant(dependencies, identity, params.id);
        return { status: 204 };
      },
    }),
  ];
}

/** Only callers with an identity can ask past the cache; otherwise anybody could turn it off for everybody. */
function wantsFresh(req: Request, authorize: Authorize): boolean {
  if (!/\bno-cache\b/.test(req.headers['cache-control'] ?? '') || req.headers[IDENTITY_HEADER] === undefined)
    return false;
  authorize(req, ...roles, SERVICE_ROLE);
  return true;
}
