import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createDockerLauncher } from './docker-launcher.js';

let folder: string;
let engine: Server;
/** Answers of the engine by path, the next one first; the last one stays. */
let answers: Record<string, unknown[]>;
const changes: { readonly path: string; readonly body: unknown }[] = [];

/** An engine that gives the answers that it is told to give. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quickbite-launcher-'));
  engine = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const text: Buffer[] = [];
    request.on('data', (chunk: Buffer) => text.push(chunk));
    request.once('end', () => {
      if (request.method === 'POST') changes.push({ path, body: JSON.parse(Buffer.concat(text).toString() || 'null') });
      const queue = answers[path] ?? [];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify((queue.length > 1 ? queue.shift() : queue[0]) ?? {}));
    });
  }).listen(join(folder, 'docker.sock'));
  await once(engine, 'listening');
  process.env['DOCKER_HOST'] = `unix://${join(folder, 'docker.sock')}`;
});

beforeEach(() => {
  changes.length = 0;
});

afterAll(() => {
  delete process.env['DOCKER_HOST'];
  engine.close();
  rmSync(folder, { recursive: true });
});

const launcher = createDockerLauncher({ root: '/nowhere' });
const ref = { name: 'redis', pid: 1, startedAt: 'then', container: 'c1' };

it('refuses to isolate a container of Podman, which could not publish its port again', async () => {
  answers = {
    '/containers/c1/json': [{ Id: 'c1', State: { Running: true } }],
    '/version': [{ Components: [{ Name: 'Podman Engine' }] }],
  };
  await expect(launcher.isolate(ref)).rejects.toMatchObject({
    message: 'redis cannot be isolated: Podman would not publish its port again afterwards.',
    next: expect.stringContaining('"pause"') as string,
  });
  expect(changes).toEqual([]);
});

const MIB = 1024 ** 2;
const cpu = (total: number, system: number) => ({
  cpu_usage: { total_usage: total },
  system_cpu_usage: system,
  online_cpus: 2,
});
const memory = { usage: 30 * MIB, limit: 256 * MIB, stats: { inactive_file: 10 * MIB } };

it.each([
  ['in one answer, as Docker does', [{ cpu_stats: cpu(300, 1000), precpu_stats: cpu(200, 600), memory_stats: memory }]],
  [
    'in one answer each, as Podman does',
    [
      { cpu_stats: cpu(200, 600), precpu_stats: { cpu_usage: { total_usage: 0 } }, memory_stats: memory },
      { cpu_stats: cpu(300, 1000), precpu_stats: { cpu_usage: { total_usage: 0 } }, memory_stats: memory },
    ],
  ],
])('takes the CPU from two looks that come %s', async (_, looks) => {
  answers = { '/containers/c1/stats': looks };
  const taken = (await launcher.usage([ref])).get('redis');
  expect(taken).toEqual({ cpuPercent: 50, memoryBytes: 20 * MIB, limitBytes: 256 * MIB });
});

it.each([
  ['Docker', { precpu_stats: cpu(0, 0), memory_stats: {} }],
  ['Podman', { precpu_stats: {} }],
])('leaves out of the usage what does not run, in the words of %s', async (_, look) => {
  answers = { '/containers/c1/stats': [{ cpu_stats: cpu(0, 0), ...look }] };
  expect(await launcher.usage([ref])).toEqual(new Map());
});
