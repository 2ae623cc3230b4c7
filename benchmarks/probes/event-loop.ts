import { pbkdf2, pbkdf2Sync } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Probe } from './probe.js';
import { figureOf, measurementOf, repeat, timed } from '../measurement/repetitions.js';

/** As the guide hashes: 100,000 rounds, 64 bytes, SHA-512. */
const HASH = ['a password', 'salt', 100_000, 64, 'sha512'] as const;
const hash = promisify(pbkdf2);
const ROUNDS = 5;
const WINDOW_MS = 2_000;
const BLOCK_MS = 500;

export const eventLoop: Probe = {
  id: 'event-loop',
  question: 'What does a synchronous hash do to the event loop, and what does monitorEventLoopDelay say of it?',
  engines: [],
  figures: {
    'hash-sync': 'time of pbkdf2Sync at 100,000 rounds of SHA-512, on the processor',
    'ten-hashes-in-a-line':
      'time until the last of ten of them is ready that are asked for at once, in what each takes added up',
    'stop-by-sync': 'what a timer of 1 ms waits while one is computed, with pbkdf2Sync',
    'stop-by-async': 'the same, with pbkdf2 on the thread pool',
    'resolution-as-told': 'the least delay that monitorEventLoopDelay tells, as the number that it tells',
    'resolution-in-ms': 'the resolution that it was asked for, in ms',
    'mean-of-a-stop': `mean that it tells, in ms, of ${String(WINDOW_MS)} ms in which the loop stood still for ${String(BLOCK_MS)}`,
    'max-of-a-stop': 'maximum that it tells, in ms, of the same time',
  },
  measure: async () => {
    // What the processor spent: who else wants it does not make the hash slower.
    const alone = await repeat(ROUNDS, () => {
      const before = process.cpuUsage();
      pbkdf2Sync(...HASH);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    const ten = await repeat(ROUNDS, async () => {
      let added = 0;
      const one = async (): Promise<void> => {
        added += await timed(() => pbkdf2Sync(...HASH));
      };
      const last = await timed(() => Promise.all(Array.from({ length: 10 }, one)));
      return last / added;
    });
    const sync = await repeat(ROUNDS, () => waitOfTimer(() => pbkdf2Sync(...HASH)));
    const pooled = await repeat(ROUNDS, () => waitOfTimer(() => hash(...HASH)));
    const idle = await repeat(3, () => monitored(() => pause(300)));
    const stopped = await repeat(3, () =>
      monitored(async () => {
        await pause(WINDOW_MS - BLOCK_MS);
        standStill(BLOCK_MS);
        // The stop is seen when the loop turns again.
        await pause(50);
      }),
    );
    const inMs = (value: 'mean' | 'max') =>
      figureOf(
        'ms',
        stopped.map((seen) => seen[value] / 1e6),
      );
    return measurementOf({
      'hash-sync': figureOf('ms', alone),
      'ten-hashes-in-a-line': figureOf('ratio', ten),
      'stop-by-sync': figureOf('ms', sync),
      'stop-by-async': figureOf('ms', pooled),
      'resolution-as-told': figureOf(
        'count',
        idle.map(({ min }) => min),
      ),
      'resolution-in-ms': figureOf('count', [RESOLUTION_MS]),
      'mean-of-a-stop': inMs('mean'),
      'max-of-a-stop': inMs('max'),
    });
  },
};

/** Node's default, in ms. */
const RESOLUTION_MS = 10;

async function monitored(work: () => Promise<void>): Promise<{ min: number; mean: number; max: number }> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  const { min, mean, max } = histogram;
  return { min, mean, max };
}

async function waitOfTimer(work: () => unknown): Promise<number> {
  await turn();
  const asked = performance.now();
  const told = new Promise<number>((resolve) => {
    setTimeout(() => resolve(performance.now() - asked), 1);
  });
  const done = work();
  const waited = await told;
  await done;
  return waited;
}

function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
