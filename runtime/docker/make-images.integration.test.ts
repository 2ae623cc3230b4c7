import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeImages } from './make-images.js';

let folder: string;
let engine: Server;
/** What the engine was asked to remove. */
const removed: string[] = [];
let said: readonly { readonly stream?: string; readonly error?: string }[];

/** An engine whose build says what it is given, as one without BuildKit does. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quickbite-build-'));
  writeFileSync(join(folder, 'Dockerfile'), '');
  engine = createServer((request, response) => {
    const { method, url = '' } = request;
    if (method === 'DELETE') removed.push(decodeURIComponent(url));
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      if (url.startsWith('/images/json')) response.end(JSON.stringify(tagged));
      else response.end(said.map((line) => JSON.stringify(line)).join('\r\n'));
    });
  }).listen(join(folder, 'docker.sock'));
  await once(engine, 'listening');
  process.env['DOCKER_HOST'] = `unix://${join(folder, 'docker.sock')}`;
  process.env['DOCKER_BUILDKIT'] = '0';
});

afterAll(() => {
  delete process.env['DOCKER_HOST'];
  delete process.env['DOCKER_BUILDKIT'];
  engine.close();
  rmSync(folder, { recursive: true });
});

/** As Podman lists them: with the registry that it thinks them of. */
const tagged = ['f', 'e'].map((print) => ({ RepoTags: [`docker.io/quickbite/shop:lab-${print}`] }));

function build(onProgress: (image: string, what: string) => void = () => undefined): Promise<void> {
  const context = { files: ['Dockerfile'], fingerprint: 'f' };
  const image = { kind: 'ours', name: 'quickbite/shop:lab-f', workspace: 'services/shop', context } as const;
  return makeImages([image], { root: folder, signal: undefined, onProgress });
}

const FAILED = { error: "The command '/bin/sh -c npm ci' returned a non-zero code: 228" };

it('names a full disk that a step of the build has met', async () => {
  said = [
    { stream: 'npm error code ENOSPC' },
    { stream: 'npm error nospc ENOSPC: no space left on device, write' },
    FAILED,
  ];
  await expect(build()).rejects.toMatchObject({
    message: 'The disk of the Docker engine is full.',
    details: ['npm error nospc ENOSPC: no space left on device, write'],
    next: expect.stringContaining('docker system prune') as string,
  });
});

it('shows the last lines of a build that fails for another reason', async () => {
  said = [{ stream: 'npm error code E404' }, FAILED];
  await expect(build()).rejects.toMatchObject({
    message: 'The image of quickbite/shop could not be built.',
    details: expect.arrayContaining(['| npm error code E404', FAILED.error]) as string[],
  });
});

it('shows what the engine says as it is, and removes what the new image replaces, but not the image itself', async () => {
  const id = 'a26f20c06401e7cb1f6e1ed2a1e6dbf9b0ff6ecdd1ab5e53b6a9a4df5d3e7a11';
  said = [{ stream: id }];
  const shown: string[] = [];
  await build((_, what) => shown.push(what));
  expect(shown).toEqual(['building', id, 'built']);
  expect(removed).toEqual(['/images/docker.io/quickbite/shop:lab-e']);
});
