import { randomUUID } from 'node:crypto';

/** Somebody who is signed in at the gateway. */
export interface Person {
  readonly id: string;
  readonly token: string;
  readonly address: string;
}

/** What the gateway answered, its JSON read and not checked: tests look at what they need. */
export interface GatewayAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Calls the gateway as somebody, or as nobody. Each call of a POST is a new one: it has a key of its own unless it brings one. */
export async function callGateway<Body>(
  gateway: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  options: {
    readonly as?: Person;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  } = {},
): Promise<GatewayAnswer<Body>> {
  const { as, body, headers, timeoutMs = 15_000 } = options;
  const response = await fetch(`${gateway}${path}`, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...(as && { authorization: `Bearer ${as.token}`, 'x-forwarded-for': as.address }),
      ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
  };
}

/** Registers somebody new, at an address of their own. */
export async function register(
  gateway: string,
  role: 'customer' | 'restaurant_owner' | 'driver',
  address: string,
): Promise<Person> {
  const { status, body } = await callGateway<{ user: { id: string }; accessToken: string }>(
    gateway,
    'POST',
    '/api/auth/register',
    {
      headers: { 'x-forwarded-for': address },
      body: { name: `Test ${role}`, email: `${randomUUID()}@test.example`, password: 'Correct-horse-1', role },
    },
  );
  if (status !== 201) throw new Error(`expected 201 for a new ${role}, got ${status}: ${JSON.stringify(body)}`);
  return { id: body.user.id, token: body.accessToken, address };
}
