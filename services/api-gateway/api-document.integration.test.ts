import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endpoint, objectId, openApiDocument } from '@quickbite/shared/http';
import { answers, startLittleUpstream } from './testing/little-upstream.js';
import type { LittleUpstream } from './testing/little-upstream.js';
import { startTestGateway } from './testing/start-test-gateway.js';
import type { TestGateway } from './testing/start-test-gateway.js';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Record<string, unknown>>>;
  readonly 'x-missing': readonly string[];
  readonly 'x-undocumented': readonly string[];
}

const handle = () => Promise.resolve(undefined);
const placeOrder = endpoint({
  method: 'post',
  path: '/api/orders',
  summary: 'Place an order',
  access: ['customer'],
  body: z.strictObject({ restaurantId: objectId }),
  answers: { 201: { description: 'The order', schema: z.strictObject({ id: objectId }) } },
  problems: ['conflict'],
  handle,
});
const readOrder = endpoint({
  method: 'get',
  path: '/api/orders/:orderId',
  summary: 'Read an order',
  access: 'signed-in',
  params: z.strictObject({ orderId: objectId }),
  answers: { 200: { description: 'The order', schema: z.strictObject({ id: objectId }) } },
  handle,
});
const notRouted = endpoint({
  method: 'get',
  path: '/api/orders/:id/secrets',
  summary: 'For services only',
  access: ['service'],
  answers: { 200: { description: 'Secrets' } },
  handle,
});
const documentOfOrders = openApiDocument('order-service', [placeOrder, readOrder, notRouted]);

let orders: LittleUpstream;
let others: LittleUpstream;
let gateway: TestGateway | undefined;

beforeAll(async () => {
  orders = await startLittleUpstream();
  others = await startLittleUpstream(answers(404, {}));
});
afterEach(async () => {
  await gateway?.close();
  orders.seen.length = 0;
  orders.behave(answers(200, documentOfOrders));
});
afterAll(async () => {
  await orders.close();
  await others.close();
});

async function start(): Promise<TestGateway> {
  orders.behave(answers(200, documentOfOrders));
  gateway = await startTestGateway({ upstream: others.url, env: { ORDER_SERVICE_URL: orders.url } });
  return gateway;
}

async function read(from: TestGateway): Promise<Document> {
  const response = await fetch(`${from.url}/openapi.json`);
  expect(response.status).toBe(200);
  return (await response.json()) as Document;
}

/** Every `$ref` of a document. */
const references = (document: unknown): string[] =>
  [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => String(reference));

describe('/openapi.json of the gateway', () => {
  it('is valid OpenAPI 3.1, and each reference leads somewhere', async () => {
    const document = await read(await start());
    const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(document.openapi).toBe('3.1.0');
    for (const reference of new Set(references(document))) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
      expect(found, reference).toBeDefined();
    }
  });

  it('is refused by the validator when something of it is wrong', async () => {
    const document = structuredClone(await read(await start()));
    const operation = document.paths['/api/orders']?.['post'];
    if (operation) operation['responses'] = 'none';
    expect((await new Validator().validate(document as unknown as Record<string, unknown>)).valid).toBe(false);
  });

  it('lists what a client can call: routes of the gateway, under the names that their service gives', async () => {
    const { paths } = await read(await start());
    expect(Object.keys(paths)).toEqual([
      '/api/orders',
      '/api/orders/{orderId}',
      '/health',
      '/api/orders/{id}/details',
      '/api/orders/{id}/track',
    ]);
  });

  it('adds to each operation its security, its limit, and what the gateway itself may answer', async () => {
    const { paths } = await read(await start());
    const operation = paths['/api/orders']?.['post'];
    expect(operation).toMatchObject({
      summary: 'Place an order',
      tags: ['Orders'],
      security: [{ accessToken: [] }],
      'x-rate-limit': 'write',
      responses: { 201: { headers: { RateLimit: { $ref: '#/components/headers/RateLimit' } } } },
    });
    expect(Object.keys(operation?.['responses'] as object)).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '429',
      '502',
      '503',
      '504',
    ]);
  });

  it('says which services have not described themselves, and which routes their service leaves out', async () => {
    const document = await read(await start());
    expect([...document['x-missing']].sort()).toEqual([
      'driver-service',
      'notification-service',
      'restaurant-service',
      'user-service',
    ]);
    expect(document['x-undocumented']).toContain('POST /api/orders/:id/payment');
    expect(document['x-undocumented']).not.toContain('POST /api/orders');
  });

  it('documents the parts of the details with the answers of the services that make them', async () => {
    orders.behave(answers(200, openApiDocument('order-service', [{ ...readOrder, path: '/api/orders/:id' }])));
    gateway = await startTestGateway({ upstream: others.url, env: { ORDER_SERVICE_URL: orders.url } });
    const document = await read(gateway);
    expect(document.paths['/api/orders/{id}/details']?.['get']).toMatchObject({
      responses: {
        200: {
          content: {
            'application/json': {
              schema: {
                properties: {
                  order: { required: ['id'] },
                  restaurant: { anyOf: [{ type: 'object' }, { type: 'null' }] },
                },
              },
            },
          },
        },
      },
    });
  });

  it('asks nobody before somebody reads it, then remembers, and keeps what a service said that is away now', async () => {
    const started = await start();
    expect(orders.seen).toHaveLength(0);
    const documents = await Promise.all([read(started), read(started), read(started)]);
    orders.behave(answers(500, {}));
    documents.push(await read(started));
    for (const { paths } of documents) expect(paths).toHaveProperty('/api/orders');
    expect(orders.seen.map(({ url }) => url)).toEqual(['/openapi.json']);
  });
});

describe('/docs', () => {
  it('is a page of its own files under a policy that lets nothing else in', async () => {
    const { url } = await start();
    const page = await fetch(`${url}/docs`);
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
    expect(policy).not.toContain('unsafe');
    const files = [...(await page.text()).matchAll(/(?:href|src)="(page\.\w+)"/g)].map(([, name]) => String(name));
    expect(files).toEqual(['page.css', 'page.js']);
    for (const name of [...files, 'dom.js', 'schema.js', 'try-it.js']) {
      const file = await fetch(`${url}/docs/${name}`);
      expect(file.status).toBe(200);
      expect(file.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await file.text()).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    }
  });

  it('serves nothing outside of its folder', async () => {
    const { url } = await start();
    for (const path of ['/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/..%2fpackage.json'])
      expect((await fetch(`${url}${path}`)).status).not.toBe(200);
  });
});
