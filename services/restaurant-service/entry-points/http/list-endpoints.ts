import { endpoint } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { SERVICE_ROLE, roles } from '@quickbite/shared/identity';
import type { RestaurantCache } from '../../domain/restaurant-cache.js';
import { cacheHeader, cacheHeaderOfAll } from './cache-header.js';
import { batchAnswer, listAnswer, nearbyAnswer, searchAnswer } from './restaurant-answers.js';
import { batchQuery, listQuery, nearbyQuery, ownerListQuery, searchQuery } from './restaurant-schemas.js';

/** Everything that answers several restaurants. */
export function listEndpoints({ cache }: { readonly cache: RestaurantCache }): readonly Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/restaurants',
      summary: 'List restaurants, newest first, without their menus',
      access: 'anyone',
      query: listQuery,
      answers: { 200: { description: 'A page of restaurants', schema: listAnswer } },
      async handle({ query }) {
        const { value, outcome } = await cache.list(query);
        return { status: 200, body: value, headers: cacheHeader(outcome) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/restaurants/search',
      summary: 'Search names, cuisines and descriptions for words, best match first',
      access: 'anyone',
      query: searchQuery,
      answers: { 200: { description: 'A page of restaurants with their scores', schema: searchAnswer } },
      async handle({ query: { q: text, ...query } }) {
        const { value, outcome } = await cache.search({ text, ...query });
        return { status: 200, body: value, headers: cacheHeader(outcome) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/restaurants/nearby',
      summary: 'List restaurants around a place, nearest first, with their distance in metres',
      access: 'anyone',
      query: nearbyQuery,
      answers: { 200: { description: 'A page of restaurants with their distances', schema: nearbyAnswer } },
      async handle({ query }) {
        const { value, outcome } = await cache.nearby(query);
        return { status: 200, body: value, headers: cacheHeader(outcome) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/restaurants/mine',
      summary: 'List the restaurants of the owner who asks, newest first',
      access: ['restaurant_owner'],
      query: ownerListQuery,
      answers: { 200: { description: 'A page of restaurants', schema: listAnswer } },
      async handle({ identity, query }) {
        const { value, outcome } = await cache.listOf({ ownerId: identity.userId, ...query });
        return { status: 200, body: value, headers: cacheHeader(outcome) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/restaurants/batch',
      summary: 'Read up to 100 restaurants by their ids, with their menus, in one call',
      access: [...roles, SERVICE_ROLE],
      query: batchQuery,
      answers: { 200: { description: 'The restaurants, and the ids that there are none for', schema: batchAnswer } },
      async handle({ query: { ids } }) {
        const answers = await cache.batch(ids);
        const items = answers.flatMap(({ value }) => value ?? []);
        const missing = ids.filter((_id, index) => !answers[index]?.value);
        return {
          status: 200,
          body: { items, missing },
          headers: cacheHeaderOfAll(answers.map(({ outcome }) => outcome)),
        };
      },
    }),
  ];
}
