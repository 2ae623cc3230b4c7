import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PortLostError } from '../launchers/port-lost-error.js';
import { askVersion, engineHost, withEngine } from './engine.js';

let folder: string;
let engine: Server;
let answer: { readonly status: number; readonly message: string } | 'none';

/** An engine that refuses everything, in the words that it is given. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quickbite-engine-'));
  engine = createServer((_, response) => {
    if (answer === 'none') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: answer.message }));
  }).listen(join(folder, 'docker.sock'));
  await once(engine, 'listening');
  process.env['DOCKER_HOST'] = `unix://${join(folder, 'docker.sock')}`;
});

afterAll(() => {
  delete process.env['DOCKER_HOST'];
  engine.close();
  rmSync(folder, { recursive: true });
});

const refused = (message: string, status = 500): Promise<unknown> => {
  answer = { status, message };
  return withEngine('start web', (docker) => docker.getContainer('web').start());
};

describe('what an engine refuses', () => {
  it('names a full disk, and what to do about it', async () => {
    await expect(refused('write /var/lib/docker/x: no space left on device')).rejects.toMatchObject({
      message: 'The disk of the Docker engine is full.',
      next: expect.stringContaining('docker system prune') as string,
    });
  });

  it('tells a port that was lost from other failures: planning again helps', async () => {
    const words = 'driver failed: Bind for 127.0.0.1:3000 failed: port is already allocated';
    await expect(refused(words)).rejects.toBeInstanceOf(PortLostError);
    await expect(refused('no such device')).rejects.not.toBeInstanceOf(PortLostError);
  });

  it('names the group to join when the socket may not be used', async () => {
    const denied = Object.assign(new Error('connect EACCES /var/run/docker.sock'), { code: 'EACCES' });
    await expect(withEngine('start web', () => Promise.reject(denied))).rejects.toMatchObject({
      message: expect.stringContaining('You may not use the Docker engine at unix://') as string,
      next: expect.stringContaining('usermod -aG docker') as string,
    });
  });

  it('passes on, in the engine’s words, what nobody has foreseen', async () => {
    await expect(refused('the moon is full', 409)).rejects.toMatchObject({
      message: 'Docker could not start web: the moon is full',
    });
  });

  it('is not asked for when its ports would be out of reach', async () => {
    const here = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'ssh://me@elsewhere.example';
    try {
      await expect(askVersion()).rejects.toThrow(
        'The Docker engine at ssh://me@elsewhere.example cannot run the lab: its ports are out of reach.',
      );
    } finally {
      process.env['DOCKER_HOST'] = here;
    }
  });

  it.each([
    ['unix:///var/run/docker.sock', '127.0.0.1'],
    ['unix:///run/user/1000/podman/podman.sock', '127.0.0.1'],
    ['tcp://localhost:2375', '127.0.0.1'],
    ['tcp://lab.example:2376', 'lab.example'],
    ['https://me@10.1.2.3:2376', '10.1.2.3'],
  ])('publishes at %s what is found on %s', (address, host) => {
    expect(engineHost({ DOCKER_HOST: address })).toBe(host);
  });

  it('is said to be stuck when it takes the question and never answers', async () => {
    answer = 'none';
    const early = AbortSignal.timeout(20);
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(early);
    await expect(askVersion()).rejects.toMatchObject({
      message: expect.stringContaining('is stuck: it has not answered in 15 s.') as string,
    });
    vi.restoreAllMocks();
  });

  it('is said to be absent when nobody listens', async () => {
    engine.close();
    engine.closeAllConnections();
    await expect(askVersion()).rejects.toMatchObject({
      message: expect.stringContaining('No Docker engine answers at unix://') as string,
      next: expect.stringContaining('--launcher process') as string,
    });
  });
});
