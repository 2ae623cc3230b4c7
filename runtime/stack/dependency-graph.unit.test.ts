import { describe, expect, it } from 'vitest';
import type { ServiceDef } from '../definitions/index.js';
import { dependentsOf, inOrder, withDependencies } from './dependency-graph.js';

const def = (name: string, ...dependsOn: string[]): ServiceDef => ({
  kind: 'service',
  name,
  summary: name,
  port: 1,
  dependsOn,
  readiness: { type: 'http', path: '/' },
  env: {},
  entry: '',
});

const graph = [def('db'), def('cache'), def('api', 'db', 'cache'), def('web', 'api')];
const names = (defs: readonly { name: string }[]) => defs.map(({ name }) => name);

describe('withDependencies', () => {
  it('brings along what the chosen depend on, directly or not', () => {
    expect(names(withDependencies(graph, ['web']))).toEqual(['db', 'cache', 'api', 'web']);
    expect(names(withDependencies(graph, ['cache']))).toEqual(['cache']);
  });

  it('takes everything when nothing is chosen', () => {
    expect(withDependencies(graph, undefined)).toHaveLength(4);
  });

  it('refuses an unknown name with the known ones', () => {
    expect(() => withDependencies(graph, ['wbe'])).toThrow('There is no process "wbe".');
  });
});

describe('inOrder', () => {
  it('begins each as soon as its own neighbours are done, not when everything before is', async () => {
    const log: string[] = [];
    let releaseCache: () => void = () => undefined;
    const cacheHeld = new Promise<void>((resolve) => (releaseCache = resolve));
    const defs = [def('db'), def('cache'), def('reader', 'db'), def('writer', 'cache')];
    const done = inOrder(
      defs,
      ({ dependsOn }) => dependsOn,
      async ({ name }) => {
        log.push(name);
        if (name === 'cache') await cacheHeld;
        if (name === 'reader') releaseCache();
      },
    );
    await done;
    expect(log).toEqual(['db', 'cache', 'reader', 'writer']);
  });

  it('runs the other way round with the reverse arrows', async () => {
    const log: string[] = [];
    await inOrder(graph, dependentsOf(graph), ({ name }) => Promise.resolve(void log.push(name)));
    expect(log[0]).toBe('web');
    expect(log[1]).toBe('api');
  });

  it('rejects with the first error after the work that had begun has ended', async () => {
    let ended = false;
    const work = async ({ name }: { name: string }): Promise<void> => {
      if (name === 'db') throw new Error('no disk');
      await Promise.resolve();
      ended = true;
    };
    await expect(inOrder(graph, ({ dependsOn }) => dependsOn, work)).rejects.toThrow('no disk');
    expect(ended).toBe(true);
  });

  it('names a circle', async () => {
    const circle = [def('a', 'b'), def('b', 'a')];
    await expect(
      inOrder(
        circle,
        ({ dependsOn }) => dependsOn,
        () => Promise.resolve(),
      ),
    ).rejects.toThrow('a -> b -> a');
  });
});
