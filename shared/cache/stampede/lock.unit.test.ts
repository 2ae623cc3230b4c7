import { describe, expect, it } from 'vitest';
import { cacheDefaults } from '../settings.js';
import { lock } from './lock.js';
import type { Rebuild } from './strategy.js';

const context = { settings: cacheDefaults, now: () => 0, random: () => 0.5 };
const stored = { value: 'stored by another', loadedHere: false };
const loaded = { value: 'loaded', loadedHere: true };

/** A rebuild that writes down what it is asked for. */
function scripted(answers: { readonly lock: 'got' | 'away'; readonly look?: typeof stored; readonly fails?: boolean }) {
  const steps: string[] = [];
  const step = <T>(name: string, answer: T): Promise<T> => {
    steps.push(name);
    return Promise.resolve(answer);
  };
  const rebuild: Rebuild = {
    lock: () => step('lock', answers.lock === 'away' ? 'away' : { release: () => step('release', undefined) }),
    look: () => step('look', answers.look),
    load: async () => {
      await step('load', undefined);
      if (answers.fails === true) throw new Error('database away');
      return loaded;
    },
  };
  return { rebuild, steps };
}

describe('whoever gets the lock of a rebuild', () => {
  it('looks again, and does not load what its last holder has stored since', async () => {
    const { rebuild, steps } = scripted({ lock: 'got', look: stored });
    expect(await lock.rebuild(rebuild, context)).toBe(stored);
    expect(steps).toEqual(['lock', 'look', 'release']);
  });

  it('loads when there is still nothing', async () => {
    const { rebuild, steps } = scripted({ lock: 'got' });
    expect(await lock.rebuild(rebuild, context)).toBe(loaded);
    expect(steps).toEqual(['lock', 'look', 'load', 'release']);
  });

  it('frees it when the load fails', async () => {
    const { rebuild, steps } = scripted({ lock: 'got', fails: true });
    await expect(lock.rebuild(rebuild, context)).rejects.toThrow('database away');
    expect(steps.at(-1)).toBe('release');
  });

  it('loads without it when the cache does not answer', async () => {
    const { rebuild, steps } = scripted({ lock: 'away' });
    expect(await lock.rebuild(rebuild, context)).toBe(loaded);
    expect(steps).toEqual(['lock', 'load']);
  });
});
