import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootStack, defaultContext } from '@quickbite/runtime/stack';
import type { StartedStack } from '@quickbite/runtime/stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorInjections, unknownFields } from './attacks.js';
import type { ApiDocument, Attack } from './attacks.js';
import { forgeToken } from './forge-token.js';
import { leftovers } from './leftovers.js';
import { callGateway, register } from './people.js';
import type { Person } from './people.js';

const PLACE = { type: 'Point', coordinates: [13.4, 52.5] };
const EUR = (amount: number) => ({ amount, currency: 'EUR' });
/** What must not turn up in any log. */
const secrets = new Map<string, string>();

let home: string;
let stack: StartedStack;
let gateway: string;
let jwtSecret: string;
let document: ApiDocument;
let people: Record<'customer' | 'other' | 'restaurant_owner' | 'driver', Person>;
let restaurantId: string;
let menuItemId: string;
let orderId: string;

let address = 0;
/** An address of its own for each request, so that it is not refused for being one of many. */
const anywhere = (): string => `10.${(address += 1) >> 16}.${(address >> 8) & 255}.${address & 255}`;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'quickbite-e2e-'));
  // An answer that its document does not know becomes a 500, and no test here expects one.
  process.env['QUICKBITE_VALIDATE_ANSWERS'] = 'true';
  stack = await bootStack({ lifetime: 'run' }, { ...defaultContext(), home });
  gateway = stack.process('api-gateway').url;
  const state = JSON.parse(readFileSync(join(stack.folder, 'state.json'), 'utf8')) as { secrets: { jwt: string } };
  jwtSecret = state.secrets.jwt;
  const [customer, other, owner, driver] = await Promise.all([
    register(gateway, 'customer', anywhere()),
    register(gateway, 'customer', anywhere()),
    register(gateway, 'restaurant_owner', anywhere()),
    register(gateway, 'driver', anywhere()),
  ]);
  people = { customer, other, restaurant_owner: owner, driver };
  for (const [name, { token }] of Object.entries(people)) secrets.set(`access token of ${name}`, token);
  const opened = await call<{ id: string; menu: { id: string }[] }>(owner, 'POST', '/api/restaurants', {
    name: 'Trattoria',
    cuisine: 'italian',
    location: PLACE,
    menu: [{ name: 'Pizza', price: EUR(1200) }],
  });
  restaurantId = opened.body.id;
  menuItemId = opened.body.menu[0]?.id ?? '';
  const placed = await call<{ id: string }>(customer, 'POST', '/api/orders', orderBody());
  expect(placed.status).toBe(201);
  orderId = placed.body.id;
  document = (await callGateway<ApiDocument>(gateway, 'GET', '/openapi.json')).body;
});

afterAll(async () => {
  delete process.env['QUICKBITE_VALIDATE_ANSWERS'];
  const ports = stack.processes.map(({ port }) => port);
  await stack.down();
  const left = await leftovers({ home, ports });
  rmSync(home, { recursive: true, force: true });
  expect(left).toEqual([]);
});

const orderBody = () => ({ restaurantId, items: [{ menuItemId, quantity: 1 }], deliveryLocation: PLACE });

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';
function call<Body = { detail: string }>(as: Person | undefined, method: Method, path: string, body?: unknown) {
  return callGateway<Body>(gateway, method, path, {
    headers: { 'x-forwarded-for': anywhere(), ...(as && { authorization: `Bearer ${as.token}` }) },
    ...(body !== undefined && { body }),
  });
}
const withToken = (token: string) =>
  callGateway(gateway, 'GET', '/api/users/me', {
    headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': anywhere() },
  });

describe('a token', () => {
  const claims = () => ({
    sub: people.customer.id,
    role: 'admin',
    jti: randomUUID(),
    sv: 0,
    iss: 'quickbite',
    aud: 'quickbite-api',
    exp: Math.floor(Date.now() / 1000) + 600,
  });

  it('that is right is taken: what follows is refused for what it says it is', async () => {
    expect((await withToken(forgeToken({ alg: 'HS256' }, { ...claims(), role: 'customer' }, jwtSecret))).status).toBe(
      200,
    );
  });

  it.each([
    [
      'signed with another secret',
      () => forgeToken({ alg: 'HS256' }, claims(), 'another secret of more than 32 characters'),
    ],
    ['unsigned, with algorithm none', () => forgeToken({ alg: 'none' }, claims())],
    ['unsigned, with algorithm nOnE', () => forgeToken({ alg: 'nOnE' }, claims())],
    ['signed with another algorithm', () => forgeToken({ alg: 'HS512' }, claims(), jwtSecret)],
    ['expired', () => forgeToken({ alg: 'HS256' }, { ...claims(), exp: Math.floor(Date.now() / 1000) - 1 }, jwtSecret)],
    ['without an expiry', () => forgeToken({ alg: 'HS256' }, { ...claims(), exp: undefined }, jwtSecret)],
    ['for another audience', () => forgeToken({ alg: 'HS256' }, { ...claims(), aud: 'quickbite-services' }, jwtSecret)],
    ['of another issuer', () => forgeToken({ alg: 'HS256' }, { ...claims(), iss: 'somebody' }, jwtSecret)],
    [
      'with a role that accounts cannot have',
      () => forgeToken({ alg: 'HS256' }, { ...claims(), role: 'service' }, jwtSecret),
    ],
    ['with a changed payload', () => tampered(people.customer.token)],
    ['that is empty', () => ''],
  ])('%s is refused', async (_what, make) => {
    const { status, body } = await withToken(make());
    expect(status).toBe(401);
    expect(body).toMatchObject({ type: 'https://quickbite.dev/problems/not-authenticated' });
  });

  it('is refused from the moment on at which its account signs out, and so are all others after logout-all', async () => {
    const person = await register(gateway, 'customer', anywhere());
    const email = `${randomUUID()}@test.example`;
    const password = 'Correct-horse-1';
    const first = await signUp(email, password);
    expect((await withToken(first)).status).toBe(200);
    expect((await call({ ...person, token: first }, 'POST', '/api/auth/logout', {})).status).toBe(204);
    expect((await withToken(first)).status).toBe(401);
    const [second, third] = [await signIn(email, password), await signIn(email, password)];
    expect((await call({ ...person, token: second }, 'POST', '/api/auth/logout-all')).status).toBe(204);
    expect((await withToken(second)).status).toBe(401);
    expect((await withToken(third)).status).toBe(401);
    expect((await withToken(await signIn(email, password))).status).toBe(200);
  });

  const tampered = (token: string): string => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const read = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    return `${head}.${Buffer.from(JSON.stringify({ ...read, role: 'admin' })).toString('base64url')}.${signature}`;
  };
  const signUp = async (email: string, password: string): Promise<string> =>
    (await call<{ accessToken: string }>(undefined, 'POST', '/api/auth/register', { name: 'A', email, password })).body
      .accessToken;
  const signIn = async (email: string, password: string): Promise<string> =>
    (await call<{ accessToken: string }>(undefined, 'POST', '/api/auth/login', { email, password })).body.accessToken;
});

describe('input', () => {
  it('is described by every service, for every route of the gateway', () => {
    expect(document['x-missing']).toEqual([]);
    expect(document['x-undocumented']).toEqual([]);
  });

  /** Sends each attack as everybody: whoever may use the route must be told what is wrong, and nobody must get through. */
  async function attempt(attacks: readonly Attack[]): Promise<readonly string[]> {
    const failures: string[] = [];
    const waiting = [...attacks];
    const worker = async (): Promise<void> => {
      for (let attack = waiting.pop(); attack; attack = waiting.pop()) {
        const statuses: number[] = [];
        const callers = attack.operation.security?.length ? Object.values(people) : [undefined];
        for (const person of callers)
          statuses.push((await call(person, attack.method.toUpperCase() as Method, attack.path, attack.body)).status);
        const refused = statuses.every((status) => [400, 403].includes(status));
        const told = statuses.includes(400) || statuses.every((status) => status === 403);
        if (!refused || !told) failures.push(`${attack.name}: ${statuses.join(', ')}`);
      }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    return failures;
  }

  it('with a MongoDB operator is refused in every field, parameter and path', async () => {
    const attacks = operatorInjections(document);
    expect(attacks.length).toBeGreaterThan(100);
    expect(await attempt(attacks)).toEqual([]);
  });

  it('with a field that nobody asked for is refused everywhere: role, owner, price, prototype', async () => {
    const attacks = unknownFields(document);
    expect(attacks.length).toBeGreaterThan(25);
    expect(await attempt(attacks)).toEqual([]);
  });

  it('cannot give an account a role, a price or an owner', async () => {
    const account = { name: 'Eve', email: `${randomUUID()}@test.example`, password: 'Correct-horse-1' };
    const tries: readonly [Person | undefined, Method, string, unknown][] = [
      [undefined, 'POST', '/api/auth/register', { ...account, role: 'admin' }],
      [undefined, 'POST', '/api/auth/register', { ...account, isAdmin: true }],
      [people.customer, 'PATCH', '/api/users/me', { role: 'admin' }],
      [people.customer, 'POST', '/api/orders', { ...orderBody(), total: EUR(1) }],
      [people.customer, 'POST', '/api/orders', { ...orderBody(), customerId: people.other.id }],
      [
        people.customer,
        'POST',
        '/api/orders',
        { ...orderBody(), items: [{ menuItemId, quantity: 1, unitPrice: EUR(1) }] },
      ],
      [people.customer, 'POST', '/api/orders', { ...orderBody(), items: [{ menuItemId, quantity: -1 }] }],
      [people.restaurant_owner, 'PATCH', `/api/restaurants/${restaurantId}`, { ownerId: people.other.id }],
    ];
    for (const [person, method, path, body] of tries)
      expect((await call(person, method, path, body)).status, JSON.stringify(body)).toBe(400);
    const order = await call<{ total: unknown; customerId: string }>(people.customer, 'GET', `/api/orders/${orderId}`);
    expect(order.body.customerId).toBe(people.customer.id);
  });

  it.each([
    ['too large', () => JSON.stringify({ name: 'x'.repeat(300_000) }), 413],
    ['too deep', () => `{"name":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, 400],
    ['no JSON', () => '{"name":', 400],
    ['no UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['a list', () => '[]', 400],
    ['null', () => 'null', 400],
  ])('that is %s is refused, and the services go on', async (_what, make, expected) => {
    for (const path of ['/api/auth/register', '/api/orders']) {
      const response = await fetch(`${gateway}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
          'x-forwarded-for': anywhere(),
          authorization: `Bearer ${people.customer.token}`,
        },
        body: make(),
      });
      expect(response.status, path).toBe(expected);
    }
    expect((await call(people.customer, 'GET', '/api/users/me')).status).toBe(200);
  });
});

describe("another customer's order", () => {
  it.each([
    ['GET', '', undefined],
    ['GET', '/details', undefined],
    ['GET', '/track', undefined],
    ['POST', '/payment', { paymentToken: 'tok_visa' }],
    ['POST', '/transitions', { to: 'CANCELLED', version: 1 }],
  ] as const)('cannot be reached: %s /api/orders/:id%s', async (method, suffix, body) => {
    const answer = await call(people.other, method, `/api/orders/${orderId}${suffix}`, body);
    expect([403, 404]).toContain(answer.status);
    expect(JSON.stringify(answer.body)).not.toContain(restaurantId);
  });

  it('is in no list of anybody else', async () => {
    const { body } = await call<{ items: unknown[] }>(people.other, 'GET', '/api/orders');
    expect(body.items).toEqual([]);
  });
});

describe('a service that is called past the gateway', () => {
  const routes = [
    ['user-service', '/api/users/me'],
    ['order-service', '/api/orders'],
    ['driver-service', '/api/drivers/nearby?lng=13&lat=52'],
    ['notification-service', '/api/notifications'],
  ] as const;

  it.each(routes)('believes nobody without a signed identity: %s', async (name, path) => {
    const claims = { sub: people.customer.id, role: 'admin', iss: 'quickbite-gateway', aud: 'quickbite-services' };
    const exp = Math.floor(Date.now() / 1000) + 60;
    const attempts: readonly Record<string, string>[] = [
      {},
      { 'x-user-id': people.customer.id, 'x-user-role': 'admin' },
      { authorization: `Bearer ${people.customer.token}` },
      { 'x-quickbite-identity': people.customer.id },
      { 'x-quickbite-identity': people.customer.token },
      { 'x-quickbite-identity': forgeToken({ alg: 'none' }, { ...claims, exp }) },
      { 'x-quickbite-identity': forgeToken({ alg: 'HS256' }, { ...claims, exp }, jwtSecret) },
    ];
    for (const headers of attempts) {
      const response = await fetch(`${stack.process(name).url}${path}`, { headers });
      expect(response.status, JSON.stringify(headers)).toBe(401);
    }
  });

  it('does not open what is internal without the key of the lab', async () => {
    for (const { kind, name, url } of stack.processes) {
      if (kind !== 'service') continue;
      expect((await fetch(`${url}/internal/knobs`)).status, name).toBe(404);
      expect((await fetch(`${url}/internal/knobs`, { headers: { 'x-lab-key': 'guess' } })).status, name).toBe(404);
    }
  });

  it('and the gateway passes on no identity that a client claims', async () => {
    const response = await fetch(`${gateway}/api/users/me`, {
      headers: { 'x-user-id': people.customer.id, 'x-quickbite-identity': 'x', 'x-forwarded-for': anywhere() },
    });
    expect(response.status).toBe(401);
  });
});

describe('slow clients', () => {
  /** Sends a beginning and then a byte now and then. @returns ms until the server cuts the connection */
  async function drip(beginning: string): Promise<number> {
    const started = performance.now();
    const socket = connect(stack.process('api-gateway').port, stack.process('api-gateway').host);
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(beginning);
    const timer = setInterval(() => socket.write('x'), 500);
    await once(socket, 'close');
    clearInterval(timer);
    return performance.now() - started;
  }

  it('are cut, whether they dawdle over headers or body, and others are served meanwhile', async () => {
    const headers = Array.from({ length: 40 }, () => drip('GET /api/restaurants HTTP/1.1\r\nhost: x\r\nx-slow: '));
    const bodies = Array.from({ length: 10 }, () =>
      drip(
        'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{',
      ),
    );
    const cut = Promise.all([Promise.all(headers), Promise.all(bodies)]);
    const isOver = (): Promise<boolean> =>
      Promise.race([cut.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 1000))]);
    do {
      const started = performance.now();
      expect((await call(people.customer, 'GET', '/api/users/me')).status).toBe(200);
      expect(performance.now() - started).toBeLessThan(5000);
    } while (!(await isOver()));
    const [ofHeaders, ofBodies] = await cut;
    expect(Math.max(...ofHeaders)).toBeLessThan(45_000);
    expect(Math.max(...ofBodies)).toBeLessThan(75_000);
  }, 120_000);
});

describe('the logs of the stack', () => {
  it('hold nothing that was secret in a request: passwords, tokens, addresses', async () => {
    const canary = `canary-${randomUUID()}`;
    const account = { name: `Name ${canary}`, email: `${canary}@test.example`, password: `Password-${canary}` };
    const registered = await call<{ accessToken: string; refreshToken?: string }>(
      undefined,
      'POST',
      '/api/auth/register',
      account,
    );
    expect(registered.status).toBe(201);
    const wrong = { email: account.email, password: `wrong-${canary}` };
    expect((await call(undefined, 'POST', '/api/auth/login', wrong)).status).toBe(401);
    await call(undefined, 'POST', '/api/auth/login', { email: account.email, password: account.password });
    await call(undefined, 'POST', '/api/auth/register', { ...account, email: `${canary} is no address` });
    await call(undefined, 'GET', `/api/restaurants/search?q=${canary}`);
    await call(people.customer, 'POST', `/api/orders/${orderId}/payment`, { paymentToken: `tok_${canary}` });
    secrets.set('access token', registered.body.accessToken);
    secrets.set('refresh token', registered.body.refreshToken ?? 'no refresh token was given');
    secrets.set('canary', canary);
    secrets.set('password of everybody', 'Correct-horse-1');
    // The last request is in the log: so is everything before it.
    const last = `last-request-${randomUUID()}`;
    await callGateway(gateway, 'GET', '/api/users/me', { as: people.customer, headers: { 'x-correlation-id': last } });
    const folder = join(stack.folder, 'logs');
    const logs = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
    await expect.poll(() => logs().some(([, text]) => text.includes(last)), { timeout: 10_000 }).toBe(true);
    const found = logs().flatMap(([file, text]) =>
      [...secrets].flatMap(([name, secret]) => (text.includes(secret) ? [`${name} in ${file}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
