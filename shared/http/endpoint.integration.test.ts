import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { IDENTITY_HEADER, signIdentity } from '../identity/index.js';
import type { CallerRole } from '../identity/index.js';
import { createKnobs } from '../knobs/index.js';
import { createLogger } from '../logging/index.js';
import { createMetrics } from '../metrics/index.js';
import { createAuthorize, endpoint, startHttpServer } from './index.js';
import type { Endpoint, StartedHttpServer } from './index.js';

const SECRET = 'a secret of at least thirty-two characters';
const logger = createLogger({ service: 'menus', level: 'error' });
logger.silent = true;
const dish = z.strictObject({ id: z.string(), name: z.string() });

const addDish = endpoint({
  method: 'post',
  path: '/api/menus/:menu/dishes',
  summary: 'Add a dish',
  access: ['restaurant_owner'],
  params: z.object({ menu: z.string().regex(/^m\d$/, 'expected m and a digit') }),
  query: z.strictObject({ position: z.coerce.number().int().min(0).default(0) }),
  body: z.strictObject({ name: z.string().min(1) }),
  answers: { 201: { description: 'The dish', schema: dish } },
  problems: ['conflict'],
  handle: ({ identity, params, query, body }) =>
    Promise.resolve({
      status: 201,
      body: { id: `${params.menu}-${query.position}-${identity.userId}`, name: body.name },
      headers: { location: '/api/dishes/1' },
    }),
});

let server: StartedHttpServer | undefined;

afterEach(() => server?.close({ graceMs: 0 }));

async function serve(...list: readonly Endpoint[]): Promise<string> {
  server = await startHttpServer({
    service: 'menus',
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics: createMetrics('menus'),
    knobs: createKnobs({}),
    labKey: undefined,
    readiness: [],
    endpoints: { list, authorize: createAuthorize(SECRET), validateAnswers: true },
  });
  return `http://127.0.0.1:${server.port}`;
}

function post(url: string, body: unknown, role?: CallerRole): Promise<Response> {
  const identity = role && signIdentity({ userId: 'u1', role }, SECRET);
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(identity !== undefined && { [IDENTITY_HEADER]: identity }) },
    body: JSON.stringify(body),
  });
}

describe('an endpoint', () => {
  it('hands the parsed path, query, body and identity to its handler, and sends what that answers', async () => {
    const base = await serve(addDish);
    const answer = await post(`${base}/api/menus/m1/dishes?position=3`, { name: 'Soup' }, 'restaurant_owner');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/api/dishes/1');
    expect(await answer.json()).toEqual({ id: 'm1-3-u1', name: 'Soup' });
  });

  it('refuses callers without an account, then those without the role, before it looks at what they sent', async () => {
    const url = `${await serve(addDish)}/api/menus/wrong/dishes`;
    expect((await post(url, {})).status).toBe(401);
    expect((await post(url, {}, 'customer')).status).toBe(403);
    expect((await post(url, {}, 'restaurant_owner')).status).toBe(400);
  });

  it('lets a service in only where it is named, and nobody else there', async () => {
    const forAccounts: Endpoint = { ...addDish, access: 'signed-in' };
    const forServices: Endpoint = { ...addDish, path: '/internal-menus/:menu', access: ['service'] };
    const base = await serve(forAccounts, forServices);
    const statuses = (path: string): Promise<readonly number[]> =>
      Promise.all(
        (['service', 'driver', 'admin'] as const).map(
          async (role) => (await post(`${base}${path}`, { name: 'Soup' }, role)).status,
        ),
      );
    expect(await statuses('/api/menus/m1/dishes')).toEqual([403, 201, 201]);
    expect(await statuses('/internal-menus/m1')).toEqual([201, 403, 403]);
  });

  it.each([
    ['path', 'menus/x/dishes', { name: 'Soup' }, 'expected m and a digit'],
    ['query', 'menus/m1/dishes?position=-1', { name: 'Soup' }, 'position'],
    ['query', 'menus/m1/dishes?sort=1', { name: 'Soup' }, 'sort'],
    ['body', 'menus/m1/dishes', { name: 'Soup', ownerId: 'u2' }, 'ownerId'],
    ['body', 'menus/m1/dishes', { name: { $gt: '' } }, 'name'],
  ])('names what is wrong in the %s (%s, %j)', async (part, path, body, named) => {
    const answer = await post(`${await serve(addDish)}/api/${path}`, body, 'restaurant_owner');
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(
      new RegExp(`^The ${part} is not valid.*${named}`),
    );
  });

  const nested = (levels: number) => `{"name":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const JSON_TYPE = { 'content-type': 'application/json' };
  it.each([
    ['larger than 100 kB', JSON.stringify({ name: 'x'.repeat(101 * 1024) }), JSON_TYPE, 413, /larger/],
    ['nested 32 deep', nested(32), JSON_TYPE, 400, /nested too deeply/],
    ['nested as deeply as fits', nested(50_000), JSON_TYPE, 400, /nested too deeply/],
    ['nested 31 deep, which is just no name', nested(31), JSON_TYPE, 400, /name/],
    ['not JSON', '{"name":', JSON_TYPE, 400, /expected valid JSON/],
    ['not declared as JSON', '{"name":"Soup"}', { 'content-type': 'text/plain' }, 400, /came as text\/plain/],
  ])('refuses a body that is %s', async (_what, body, headers, status, detail) => {
    const identity = signIdentity({ userId: 'u1', role: 'restaurant_owner' }, SECRET);
    const answer = await fetch(`${await serve(addDish)}/api/menus/m1/dishes`, {
      ...{ method: 'POST', body },
      headers: { ...headers, [IDENTITY_HEADER]: identity },
    });
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(detail);
  });

  it('turns an answer that differs from its documentation into a 500, in tests', async () => {
    const base = await serve(
      { ...addDish, handle: () => Promise.resolve({ status: 201, body: { id: '1' } }) },
      { ...addDish, path: '/api/undocumented/:menu', handle: () => Promise.resolve({ status: 204 }) },
    );
    expect((await post(`${base}/api/menus/m1/dishes`, { name: 'Soup' }, 'restaurant_owner')).status).toBe(500);
    expect((await post(`${base}/api/undocumented/m1`, { name: 'Soup' }, 'restaurant_owner')).status).toBe(500);
  });

  it('may have a body that can be left out', async () => {
    const note = z.strictObject({ text: z.string().optional() }).default({});
    const answers = { 204: { description: 'Noted' } };
    const takeNote: Endpoint = {
      ...{ method: 'post', path: '/api/notes', summary: 'Take a note', access: 'anyone', body: note, answers },
      handle: () => Promise.resolve({ status: 204 }),
    };
    const base = await serve(takeNote, addDish);
    expect((await fetch(`${base}/api/notes`, { method: 'POST' })).status).toBe(204);
    expect((await post(`${base}/api/notes`, { author: 'me' })).status).toBe(400);
    const { paths } = (await (await fetch(`${base}/openapi.json`)).json()) as {
      paths: Record<string, { post: { requestBody: { required: boolean } } }>;
    };
    const required = Object.entries(paths).map(([path, { post: operation }]) => [path, operation.requestBody.required]);
    expect(required).toEqual([
      ['/api/notes', false],
      ['/api/menus/{menu}/dishes', true],
    ]);
  });

  it('is described in /openapi.json by the schemas that serve it', async () => {
    const base = await serve(addDish);
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as {
      paths: Record<string, { post: Record<string, unknown> }>;
    };
    const operation = document.paths['/api/menus/{menu}/dishes']?.post;
    expect(operation).toMatchObject({
      summary: 'Add a dish',
      security: [{ accessToken: [] }],
      parameters: [
        { name: 'menu', in: 'path', required: true },
        { name: 'position', in: 'query', required: false },
      ],
      requestBody: { content: { 'application/json': { schema: { required: ['name'], additionalProperties: false } } } },
    });
    expect(Object.keys(operation?.['responses'] ?? {})).toEqual(['201', '400', '401', '403', '409']);
  });
});
