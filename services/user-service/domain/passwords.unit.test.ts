import { createKnobs } from '@quickbite/shared/knobs';
import { expect, it } from 'vitest';
import { knobs as definitions } from '../knobs.js';
import { createPasswords } from './passwords.js';

/** How often a timer of 1 ms fires until the work is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await work();
  clearInterval(timer);
  return turns;
}

it('lets the event loop turn while it hashes and checks, and stops it when a lab says so', async () => {
  const knobs = createKnobs(definitions);
  const passwords = createPasswords(knobs);
  const stored = await passwords.hash('correct horse');
  const hash = (): Promise<string> => passwords.hash('correct horse');
  const check = (): Promise<boolean> => passwords.matches('correct horse', stored);
  for (const work of [hash, check]) {
    knobs.set({ 'password.offLoop': true });
    expect(await turnsDuring(work)).toBeGreaterThan(3);
    knobs.set({ 'password.offLoop': false });
    expect(await turnsDuring(work)).toBe(0);
  }
});
