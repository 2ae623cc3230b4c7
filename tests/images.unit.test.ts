import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { catalogue } from '@quickbite/runtime/definitions';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const { workspaces } = createRequire(import.meta.url)('../launcher/sources.cjs') as { workspaces: () => string[] };

interface Compose {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string | number>> }>>;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;

it('shows npm the manifest of every workspace: with one missing, the lock file does not fit', () => {
  const dockerfile = read('deploy/docker/Dockerfile');
  const missing = workspaces().filter((folder) => !dockerfile.includes(`COPY ${folder}/package.json ${folder}/`));
  expect(missing).toEqual([]);
});

it('composes every process of the catalogue, under its name', () => {
  const missing = catalogue.map(({ name }) => name).filter((name) => !(name in compose.services));
  expect(missing).toEqual([]);
});

it('gives each service in a container the environment that it gets as a process', () => {
  const notComposed = catalogue
    .filter(({ kind }) => kind === 'service')
    .flatMap(({ name, env }) => {
      const composed = compose.services[name]?.environment ?? {};
      return Object.keys(env).flatMap((key) => (key in composed ? [] : [`${name}: ${key}`]));
    });
  expect(notComposed).toEqual([]);
});

it('listens in the container where the catalogue says', () => {
  const elsewhere = catalogue
    .filter(({ kind }) => kind === 'service')
    .filter(({ name, port }) => Number(compose.services[name]?.environment?.['PORT']) !== port);
  expect(elsewhere.map(({ name }) => name)).toEqual([]);
});
