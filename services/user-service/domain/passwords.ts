import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/**
 * Argon2id with 19 MiB, 2 passes and 1 lane: the first choice of the OWASP Password Storage Cheat Sheet
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
 */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes and checks passwords, on the thread pool: the event loop keeps turning. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** With no hash (nobody has that email) it works just as long, and answers false: the time tells nothing. */
  matches(password: string, storedHash: string | undefined): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const decoy = hash(randomBytes(16), ARGON2ID);
  return {
    hash: (password) => hash(password, ARGON2ID),
    async matches(password, storedHash) {
      const same = await verify(storedHash ?? (await decoy), password);
      return same && storedHash !== undefined;
    },
  };
}
