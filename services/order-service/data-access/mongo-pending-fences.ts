import { isDuplicateKey } from '@quickbite/shared/database';
import type { Connection } from 'mongoose';
import type { PendingFences } from '../domain/guard-pending.js';

/** The highest fencing number of each key in MongoDB, where a holder that lost the lock is told so. */
export function createPendingFences(connection: Connection, now: () => Date): PendingFences {
  const fences = connection.collection<{ _id: string; fence: number; at: Date }>('pending_fences');
  return {
    async pass(key, fence) {
      try {
        await fences.updateOne({ _id: key, fence: { $lt: fence } }, { $set: { fence, at: now() } }, { upsert: true });
        return true;
      } catch (error) {
        // The filter missed because of a higher number, and so the upsert met the key that is there.
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
  };
}
