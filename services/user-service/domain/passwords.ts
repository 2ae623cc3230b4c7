import { randomBytes } from 'node:crypto';
import { hash, hashSync, verify, verifySync } from '@node-rs/argon2';
import type { UserKnobs } from '../knobs.js';

/**
 * Argon2id with 19 MiB, 2 passes and 1 lane: the first choice of the OWASP Password Storage Cheat Sheet
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
 */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes and checks passwords. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** With no hash (nobody has that email) it works just as long, and answers false: the time tells nothing. */
  matches(password: string, storedHash: string | undefined): Promise<boolean>;
}

/** On the thread pool the event loop keeps turning; the knob `password.offLoop` shows what happens without. */
export function createPasswords(knobs: Pick<UserKnobs, 'get'>): Passwords {
  const decoy = hash(randomBytes(16), ARGON2ID);
  const isOffLoop = (): boolean => knobs.get('password.offLoop');
  return {
    hash: async (password) => (isOffLoop() ? hash(password, ARGON2ID) : hashSync(password, ARGON2ID)),
    async matches(password, storedHash) {
      const known = storedHash ?? (await decoy);
      const same = isOffLoop() ? await verify(known, password) : verifySync(known, password);
      return same && storedHash !== undefined;
    },
  };
}
