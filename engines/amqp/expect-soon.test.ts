import { expect } from 'vitest';

/** `expect.poll` with the patience that a busy machine with a slow disk needs. */
export const expectSoon: typeof expect.poll = (ask, options) => expect.poll(ask, { timeout: 20_000, ...options });
