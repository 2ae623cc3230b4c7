import { expect, it } from 'vitest';
import { createLogger } from '@quickbite/shared/logging';
import { createDegradingLimiter } from './degrading-limiter.js';
import { createLocalSlidingWindow } from './local-sliding-window.js';
import type { Attempt, Limiter } from './rate-limits.js';

const logger = createLogger({ service: 'test', level: 'error' });
const attempt: Attempt = { key: 'k', id: 'a', held: false, limit: 1, windowMs: 60_000 };

function setUp() {
  const state = { now: 0, up: true, fails: false, asked: 0 };
  const shared: Limiter = {
    take: () => {
      state.asked += 1;
      return state.fails
        ? Promise.reject(new Error('Command timed out'))
        : Promise.resolve({ outcome: 'admitted', remaining: 41, resetMs: 1 });
    },
    settle: () => Promise.resolve(),
  };
  const window = createDegradingLimiter({
    shared,
    local: createLocalSlidingWindow(() => state.now),
    isSharedUp: () => state.up,
    logger,
    now: () => state.now,
  });
  return { state, window };
}

it('asks the shared window while it answers', async () => {
  const { window } = setUp();
  expect((await window.take(attempt)).remaining).toBe(41);
});

it('limits alone when the shared window fails, leaves it alone for a second, and then tries again', async () => {
  const { state, window } = setUp();
  state.fails = true;
  expect((await window.take(attempt)).outcome).toBe('admitted');
  expect((await window.take(attempt)).outcome).toBe('refused');
  expect(state.asked).toBe(1);
  state.now = 999;
  await window.take(attempt);
  expect(state.asked).toBe(1);
  state.now = 1000;
  state.fails = false;
  expect((await window.take(attempt)).remaining).toBe(41);
});

it('does not ask a shared window that is known to be away, and returns to it at once', async () => {
  const { state, window } = setUp();
  state.up = false;
  await window.take(attempt);
  expect(state.asked).toBe(0);
  state.up = true;
  expect((await window.take(attempt)).remaining).toBe(41);
});
