import { expect, it } from 'vitest';
import { routes } from './routes.js';

it.each(routes)('$method $path has the tier of what it does', ({ method, path, tier }) => {
  const expected = path.startsWith('/api/auth/') ? 'auth' : method === 'GET' ? 'general' : 'write';
  expect(tier).toBe(expected);
});

it('keeps last good copies only of what anyone may read: a copy knows no owner', () => {
  for (const route of routes.filter(({ lastGood }) => lastGood))
    expect(route).toMatchObject({ method: 'GET', access: 'anyone' });
});

it('lets nobody change anything without an account, except to get or enter one', () => {
  const open = routes.filter(({ method, access }) => method !== 'GET' && access === 'anyone');
  expect(open.map(({ path }) => path)).toEqual(['/api/auth/register', '/api/auth/login', '/api/auth/refresh']);
});

it('names each route once', () => {
  const names = routes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
});
