import { createKnobs } from '@quickbite/shared/knobs';
import { expect, it } from 'vitest';
import { knobs as definitions } from '../knobs.js';
import { createPasswords } from './passwords.js';

/** More than the thread pool does at once, so that the last is never done before the loop can come round. */
const AT_ONCE = 8;

/** Whether the event loop came round before the work was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<boolean> {
  let turned = false;
  const immediate = setImmediate(() => {
    turned = true;
  });
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  clearImmediate(immediate);
  return turned;
}

it('lets the event loop turn while it hashes and checks, and stops it when a lab says so', async () => {
  const knobs = createKnobs(definitions);
  const passwords = createPasswords(knobs);
  const stored = await passwords.hash('correct horse');
  const hash = (): Promise<string> => passwords.hash('correct horse');
  const check = (): Promise<boolean> => passwords.matches('correct horse', stored);
  for (const work of [hash, check]) {
    knobs.set({ 'password.offLoop': true });
    expect(await turnsDuring(work)).toBe(true);
    knobs.set({ 'password.offLoop': false });
    expect(await turnsDuring(work)).toBe(false);
  }
});
