import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { adoptStack } from './adopt-stack.js';
import { defaultContext } from './context.js';
import type { RuntimeContext } from './context.js';
import { attachStack, listStacks, removeStack } from './find-stack.js';

interface Scripted {
  readonly service: string;
  readonly port: string;
  readonly binding: { readonly HostIp: string; readonly HostPort: string } | undefined;
  readonly env: readonly string[];
}

const here = (port: number) => ({ HostIp: '127.0.0.1', HostPort: String(port) });
const KEY = 'QUICKBITE_LAB_KEY=the-key-of-the-lab';
const PROVIDER: Scripted = { service: 'payment-provider', port: '3006', binding: here(4006), env: [KEY] };
const MONGO: Scripted = {
  service: 'mongo',
  port: '27017',
  binding: here(4017),
  env: ['MAIN=engines/dist/mongo/main.js --port 27017'],
};
const GATEWAY: Scripted = { service: 'api-gateway', port: '3000', binding: here(4000), env: [KEY, 'JWT_SECRET=a=b'] };
const PROMETHEUS: Scripted = { service: 'prometheus', port: '9090', binding: undefined, env: [] };

let folder: string;
let engine: Server;
let context: RuntimeContext;
let containers: readonly Scripted[];
/** What the engine was asked to change. */
const changes: string[] = [];

/** An engine that has the containers of one project, all running. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quickbite-adopt-'));
  engine = createServer(({ method = '', url = '' }, response) => {
    if (method !== 'GET') changes.push(`${method} ${url}`);
    const { pathname, searchParams } = new URL(url, 'http://engine');
    const [, id] = /^\/containers\/(\w[\w-]*)\/json$/.exec(pathname) ?? [];
    if (pathname === '/volumes') return response.end('{"Volumes":[]}');
    const found = containers.find(({ service }) => service === id);
    const asked = searchParams.get('filters')?.includes('project=shop') !== false;
    const labels = { 'com.docker.compose.project': 'shop' };
    const all = containers.map(({ service }) => ({ Id: service, Labels: labels }));
    const everyProject = searchParams.get('filters')?.includes('project"]') === true;
    const body = found ? inspected(found) : pathname === '/containers/json' && (asked || everyProject) ? all : [];
    response.writeHead(id !== undefined && !found ? 404 : 200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(body));
  }).listen(join(folder, 'docker.sock'));
  await once(engine, 'listening');
  process.env['DOCKER_HOST'] = `unix://${join(folder, 'docker.sock')}`;
});

function inspected({ service, port, binding, env }: Scripted): unknown {
  return {
    Id: service,
    Config: { Labels: { 'com.docker.compose.service': service }, Env: env },
    State: { Running: true, Paused: false, Pid: 4711, StartedAt: '2026-01-01T00:00:00.123456789Z' },
    HostConfig: { PortBindings: { [`${port}/tcp`]: binding ? [binding] : null } },
  };
}

beforeEach(() => {
  context = { ...defaultContext(), home: mkdtempSync(join(folder, 'home-')) };
  containers = [PROMETHEUS, PROVIDER, GATEWAY, MONGO];
  changes.length = 0;
});

afterEach(() => expect(changes).toEqual([]));

afterAll(() => {
  delete process.env['DOCKER_HOST'];
  engine.close();
  rmSync(folder, { recursive: true });
});

const adopt = () => adoptStack({ project: 'shop' }, context);

it('takes what QuickBite knows for a stack, with its ports and its key, and lets go of it without a change to any container', async () => {
  await adopt();
  const stack = await attachStack('default', context);
  expect(stack.processes.map(({ name, port, source }) => [name, port, source])).toEqual([
    ['mongo', 4017, 'embedded'],
    ['api-gateway', 4000, undefined],
    ['payment-provider', 4006, undefined],
  ]);
  expect(stack).toMatchObject({ adoptedFrom: 'shop', labKey: 'the-key-of-the-lab' });
  const [{ condition, state } = {}] = await listStacks(context);
  expect({ condition, secrets: state?.secrets }).toMatchObject({ condition: 'up', secrets: { jwt: 'a=b' } });
  expect(() => stack.link('api-gateway', 'redis')).toThrow('Compose has made it a direct one');

  await expect(adopt()).rejects.toThrow('The stack "default" is already up.');
  await removeStack('default', { force: false }, context);
  expect(await listStacks(context)).toEqual([]);
});

it.each([
  ['is not published', undefined],
  ['is published for others only', { HostIp: '10.1.2.3', HostPort: '4017' }],
  ['has another port after each start', { HostIp: '127.0.0.1', HostPort: '' }],
])('leaves all as it is when one process %s', async (_, binding) => {
  containers = [PROVIDER, GATEWAY, { ...MONGO, binding }];
  await expect(adopt()).rejects.toMatchObject({
    message: 'The Compose project "shop" keeps to itself: the lab cannot reach all of it.',
    details: ['mongo does not publish its port 27017 here'],
    next: expect.stringContaining('-f deploy/docker/lab.yml up') as string,
  });
  expect(await listStacks(context)).toEqual([]);
});

it('wants the key of the lab, without which there are no knobs', async () => {
  containers = [{ ...PROVIDER, env: ['QUICKBITE_LAB_KEY='] }];
  await expect(adopt()).rejects.toThrow('The Compose project "shop" has no QUICKBITE_LAB_KEY');
});

it('says which projects there are, and that one has nothing of QuickBite', async () => {
  await expect(adoptStack({ project: 'shpo' }, context)).rejects.toMatchObject({
    message: 'Docker has no container of a Compose project "shpo".',
    details: ['there is: shop'],
  });
  containers = [PROMETHEUS];
  await expect(adopt()).rejects.toThrow('Nothing in the Compose project "shop" is part of QuickBite.');
});

it('says that a container that Compose has replaced cannot be started again', async () => {
  await adopt();
  containers = [PROVIDER, GATEWAY];
  const { processes } = await attachStack('default', context);
  await expect(processes.find(({ name }) => name === 'mongo')?.start()).rejects.toMatchObject({
    message: 'mongo cannot be started: its container mongo is gone.',
    next: expect.stringContaining('up --adopt') as string,
  });
});
