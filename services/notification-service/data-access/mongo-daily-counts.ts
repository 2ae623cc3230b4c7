import { isDuplicateKey } from '@quickbite/shared/database';
import type { Connection } from 'mongoose';
import type { DailyCounts } from '../domain/daily-counts.js';
import type { OutsideChannel } from '../domain/notification.js';

/** A recipient's day: which notifications were sent on which channel, and on any. */
interface DayDocument extends Partial<Record<OutsideChannel | 'all', string[]>> {
  readonly _id: string;
  readonly expiresAt: Date;
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * Counts in MongoDB. Each day of a recipient is one document with the ids themselves: one conditional write looks whether there is
 * room and takes it, also for two instances at once, and the same notification is counted once however often it is tried.
 */
export async function createDailyCounts(connection: Connection, now: () => Date): Promise<DailyCounts> {
  const days = connection.collection<DayDocument>('daily_counts');
  await days.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 }, {});
  return {
    async reserve({ userId, day, channel, notificationId, caps }) {
      const id = `${userId}:${day}`;
      if (caps.channel <= 0) return 'channel';
      if (caps.total !== undefined && caps.total <= 0) return 'total';
      const hasRoom = [roomFor(channel, notificationId, caps.channel)];
      if (caps.total !== undefined) hasRoom.push(roomFor('all', notificationId, caps.total));
      const count = {
        $addToSet: { [channel]: notificationId, all: notificationId },
        // A local day may begin and end half a day away from here.
        $setOnInsert: { expiresAt: new Date(now().getTime() + 2 * DAY_MS) },
      };
      try {
        await days.updateOne({ _id: id, $and: hasRoom }, count, { upsert: true });
        return undefined;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      // The day exists and did not match: there is no room, or somebody else has just begun it.
      const counted = await days.updateOne({ _id: id, $and: hasRoom }, count);
      if (counted.matchedCount === 1) return undefined;
      const present = await days.findOne({ _id: id });
      const sent = present?.[channel] ?? [];
      return sent.length >= caps.channel && !sent.includes(notificationId) ? 'channel' : 'total';
    },
  };
}

/** The list holds it already, or its last place is free. */
const roomFor = (list: OutsideChannel | 'all', id: string, cap: number): Record<string, unknown> => ({
  $or: [{ [list]: id }, { [`${list}.${cap - 1}`]: { $exists: false } }],
});
