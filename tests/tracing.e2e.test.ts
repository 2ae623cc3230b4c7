import { eventually } from '@quickbite/shared/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { withStack } from './booted.js';
import { startCollector } from './collector.js';
import type { CollectedSpan } from './collector.js';
import { callGateway, register } from './people.js';

const PLACE = { type: 'Point', coordinates: [13.4, 52.5] };
const SERVICES = ['api-gateway', 'user-service', 'restaurant-service', 'order-service', 'notification-service'];
const CLIENTS_TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENTS_SPAN = 'b7ad6b7169203331';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('one trace spans gateway, order-service, RabbitMQ and notification-service', async () => {
  await using collector = await startCollector();
  // The processes of a stack inherit the environment of whoever boots it.
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  await withStack({ services: SERVICES }, async (stack) => {
    const gateway = stack.process('api-gateway').url;
    await placeOrder(gateway);
    const missing = await callGateway(gateway, 'GET', `/api/restaurants/${'0'.repeat(24)}`);
    expect(missing.status).toBe(404);
    // Being asked whether the work is done must not become part of the traces.
    await callGateway(gateway, 'GET', '/health');
    const consumed = await eventually(() => find(collector.spans, 'consumer', 'process notification-service.events'), {
      withinMs: 30_000,
    });

    expect(chainOf(collector.spans, consumed)).toEqual([
      'notification-service consumer process notification-service.events',
      'order-service producer publish quickbite.events:order.created',
      'order-service server POST /api/orders',
      'api-gateway client POST',
      'api-gateway server POST /api/orders',
    ]);
    const first = find(collector.spans, 'server', 'POST /api/orders', 'api-gateway');
    expect(first).toMatchObject({ traceId: CLIENTS_TRACE, parentSpanId: CLIENTS_SPAN, failed: false });
    expect(first.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/orders',
      'http.response.status_code': 201,
      'url.path': '/api/orders',
      'quickbite.correlation_id': 'tracing-test-1',
    });
    expect(consumed.attributes).toMatchObject({
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'quickbite.events:order.created:notification-service.events',
      'quickbite.correlation_id': 'tracing-test-1',
    });
    const menu = find(collector.spans, 'server', 'GET /api/restaurants/:id', 'restaurant-service', CLIENTS_TRACE);
    expect(chainOf(collector.spans, menu).slice(1, 3)).toEqual([
      'order-service client GET',
      'order-service server POST /api/orders',
    ]);

    const refused = await eventually(() =>
      find(collector.spans, 'client', 'GET', 'api-gateway', undefined, { 'http.response.status_code': 404 }),
    );
    expect(refused.failed, 'a 404 is a failure of the call').toBe(true);
    const answered = collector.spans.find(({ spanId }) => spanId === refused.parentSpanId);
    expect(answered, 'and no failure of the server').toMatchObject({ kind: 'server', failed: false });
    expect(collector.spans.filter(({ attributes }) => String(attributes['url.path']).startsWith('/health'))).toEqual(
      [],
    );
  });
});

/** Orders something, as the client's own trace and correlation id. */
async function placeOrder(gateway: string): Promise<void> {
  const [owner, customer] = await Promise.all([
    register(gateway, 'restaurant_owner', '198.18.0.1'),
    register(gateway, 'customer', '198.18.0.2'),
  ]);
  const restaurant = await callGateway<{ id: string; menu: readonly { id: string }[] }>(
    gateway,
    'POST',
    '/api/restaurants',
    {
      as: owner,
      body: {
        name: 'Trace Kitchen',
        cuisine: 'italian',
        location: PLACE,
        menu: [{ name: 'Lasagne', price: { amount: 1190, currency: 'EUR' } }],
      },
    },
  );
  expect(restaurant.status).toBe(201);
  const order = await callGateway(gateway, 'POST', '/api/orders', {
    as: customer,
    headers: { traceparent: `00-${CLIENTS_TRACE}-${CLIENTS_SPAN}-01`, 'x-correlation-id': 'tracing-test-1' },
    body: {
      restaurantId: restaurant.body.id,
      items: [{ menuItemId: restaurant.body.menu[0]?.id, quantity: 1 }],
      deliveryLocation: PLACE,
    },
  });
  expect(order.status, JSON.stringify(order.body)).toBe(201);
}

/** @throws when there is none (yet) */
function find(
  spans: readonly CollectedSpan[],
  kind: CollectedSpan['kind'],
  name: string,
  service?: string,
  traceId?: string,
  attributes: CollectedSpan['attributes'] = {},
): CollectedSpan {
  const found = spans.find(
    (span) =>
      span.kind === kind &&
      span.name === name &&
      span.service === (service ?? span.service) &&
      span.traceId === (traceId ?? span.traceId) &&
      Object.entries(attributes).every(([key, value]) => span.attributes[key] === value),
  );
  if (!found) throw new Error(`no ${kind} span "${name}" among ${spans.map((span) => describe(span)).join(', ')}`);
  return found;
}

/** A span and those above it, innermost first. */
function chainOf(spans: readonly CollectedSpan[], span: CollectedSpan): readonly string[] {
  const parent = spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
  return [describe(span), ...(parent ? chainOf(spans, parent) : [])];
}

const describe = ({ service, kind, name }: CollectedSpan): string => `${service} ${kind} ${name}`;
