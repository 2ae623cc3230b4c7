import { expect, it } from 'vitest';
import { createRouteMatcher } from './route-matcher.js';
import { routes } from './routes.js';

const match = createRouteMatcher(routes);

it.each(routes)('finds $method $path', (route) => {
  expect(match(route.method, route.path.replaceAll(/:\w+/g, '0123456789abcdef01234567'))).toBe(route);
});

it.each([
  ['GET', '/api/restaurants/search', '/api/restaurants/search'],
  ['HEAD', '/api/restaurants/r1', '/api/restaurants/:id'],
  ['PATCH', '/api/restaurants/search', '/api/restaurants/:id'],
])('takes %s %s for %s', (method, path, expected) => {
  expect(match(method, path)?.path).toBe(expected);
});

it.each([
  ['GET', '/'],
  ['GET', ''],
  ['GET', '/api'],
  ['GET', '/api/'],
  ['GET', '//api/restaurants'],
  ['GET', '/api/restaurants/'],
  ['GET', '/api/restaurants//'],
  ['GET', '/api/restaurants/r1/menu'],
  ['GET', '/api/__proto__'],
  ['GET', '/API/restaurants'],
  ['DELETE', '/api/orders/o1'],
  ['OPTIONS', '/api/orders'],
])('finds nothing for %s %s', (method, path) => {
  expect(match(method, path)).toBeUndefined();
});
