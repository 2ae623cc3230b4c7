import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { crashRounds } from './crash-rounds.js';
import type { CrashableEngine, CrashSession } from './crash-rounds.js';

/** A store in this process that takes a turn to write, acknowledges before or after that, and dies when it is told to. */
function engineThat(acknowledges: 'when it is stored' | 'before it is stored') {
  const disk = new Set<number>();
  const acknowledged = new Set<number>();
  let starts = 0;
  let alive = 0;
  let last = 0;

  async function write(life: number): Promise<void> {
    const value = (last += 1);
    const stored = (async () => {
      await nextTurn();
      await nextTurn();
      if (alive !== life) throw new Error('connection closed');
      disk.add(value);
    })();
    if (acknowledges === 'when it is stored') await stored;
    else stored.catch(() => undefined);
    acknowledged.add(value);
  }

  return {
    starts: () => starts,
    start: (): Promise<CrashableEngine> => {
      alive = starts += 1;
      return Promise.resolve({
        stop: () => {
          alive = 0;
          return Promise.resolve();
        },
      });
    },
    connect: (): Promise<CrashSession> => {
      const life = alive;
      return Promise.resolve({
        write: () => write(life),
        verify: () => {
          const lost = [...acknowledged].filter((value) => !disk.has(value));
          return lost.length > 0 ? Promise.reject(new Error(`lost ${lost.join(', ')}`)) : Promise.resolve();
        },
        close: () => Promise.resolve(),
      });
    },
  };
}

describe('crash rounds', () => {
  it('kill an engine in the middle of writes, round after round, and pass when nothing acknowledged is lost', async () => {
    const engine = engineThat('when it is stored');
    const tally = await crashRounds({ ...engine, rounds: 50, seed: 7, acknowledged: 20, inFlight: 8 });
    expect(engine.starts()).toBe(51);
    expect(tally.acknowledged).toBeGreaterThan(100);
    expect(tally.cutOff).toBeGreaterThan(50);
  });

  it('name the seed, the round and what was lost when an engine acknowledges too early', async () => {
    const engine = engineThat('before it is stored');
    const rounds = crashRounds({ ...engine, rounds: 50, seed: 7, acknowledged: 20, inFlight: 8 });
    await expect(rounds).rejects.toThrow(/Crash round \d+ of 50 with seed 7 \(after \d+ kills\): lost \d+/);
  });
});
