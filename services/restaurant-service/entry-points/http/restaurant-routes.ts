import { parse } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import { Router, json } from 'express';
import type { Request } from 'express';
import { IDENTITY_HEADER } from '@quickbite/shared/identity';
import type { ChangeAnnouncement } from '../../domain/announce-change.js';
import { createRestaurant } from '../../domain/create-restaurant.js';
import { getRestaurant } from '../../domain/get-restaurant.js';
import type { RestaurantRepository } from '../../domain/restaurant.js';
import { updateRestaurant } from '../../domain/update-restaurant.js';
import { changeBody, draftBody, listQuery, restaurantPath, searchQuery } from './restaurant-schemas.js';

/** What the routes need to do their work. */
export interface RestaurantRouteDependencies extends ChangeAnnouncement {
  readonly restaurants: RestaurantRepository;
  readonly authorize: Authorize;
}

/** The public side of restaurant-service. */
export function restaurantRoutes(dependencies: RestaurantRouteDependencies): Router {
  const { restaurants, cache, authorize } = dependencies;
  const router = Router();

  router.get('/', async (req, res) => {
    const { cuisine, ...page } = parse(listQuery, req.query, 'query');
    const { value, outcome } = await cache.list({ ...page, cuisine }, () => restaurants.list({ cuisine }, page));
    res.set('x-cache', outcome).json(value);
  });

  router.get('/search', async (req, res) => {
    const { q: text, ...page } = parse(searchQuery, req.query, 'query');
    const { value, outcome } = await cache.search({ ...page, text }, () => restaurants.search(text, page));
    res.set('x-cache', outcome).json(value);
  });

  router.get('/:id', async (req, res) => {
    const { id } = parse(restaurantPath, req.params, 'path');
    const { value, outcome } = await getRestaurant(dependencies, id, wantsFresh(req, authorize));
    res.set('x-cache', outcome).json(value);
  });

  router.post('/', json(), async (req, res) => {
    const owner = authorize(req, 'restaurant_owner');
    const restaurant = await createRestaurant(dependencies, owner, parse(draftBody, req.body, 'body'));
    res.status(201).location(`/api/restaurants/${restaurant.id}`).json(restaurant);
  });

  router.patch('/:id', json(), async (req, res) => {
    const owner = authorize(req, 'restaurant_owner');
    const { id } = parse(restaurantPath, req.params, 'path');
    const change = parse(changeBody, req.body, 'body');
    res.json(await updateRestaurant(dependencies, owner, id, change));
  });
  return router;
}

/** Only callers with an identity can ask past the cache; otherwise anybody could turn it off for everybody. */
function wantsFresh(req: Request, authorize: Authorize): boolean {
  if (!/\bno-cache\b/.test(req.headers['cache-control'] ?? '') || req.headers[IDENTITY_HEADER] === undefined)
    return false;
  authorize(req);
  return true;
}
