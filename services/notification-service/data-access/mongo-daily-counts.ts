import { batched, updateEach } from '@quickbite/shared/database';
import type { Connection } from 'mongoose';
import type { DailyCounts } from '../domain/daily-counts.js';
import type { OutsideChannel } from '../domain/notification.js';

/** A recipient's day: which notifications were sent on which channel, and on any. */
interface DayDocument extends Partial<Record<OutsideChannel | 'all', string[]>> {
  readonly _id: string;
  readonly expiresAt: Date;
}

const DAYS = 'daily_counts';
const DAY_MS = 24 * 3600 * 1000;

/**
 * Counts in MongoDB. Each day of a recipient is one document with the ids themselves: one conditional write looks whether there is
 * room and takes it, also for two instances at once, and the same notification is counted once however often it is tried.
 */
export async function createDailyCounts(connection: Connection, now: () => Date): Promise<DailyCounts> {
  const days = connection.collection<DayDocument>(DAYS);
  await days.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 }, {});

  /** Counts, and begins the day of whoever has none. @returns false for a day that exists and has no room */
  const count = batched((counted: readonly Counted[]) =>
    updateEach<DayDocument>(
      connection,
      DAYS,
      counted.map(({ id, hasRoom, channel, notificationId }) => ({
        q: { _id: id, $and: hasRoom },
        u: {
          $addToSet: { [channel]: notificationId, all: notificationId },
          // A local day may begin and end half a day away from here.
          $setOnInsert: { expiresAt: new Date(now().getTime() + 2 * DAY_MS) },
        },
        upsert: true,
      })),
    ),
  );

  return {
    async reserve({ userId, day, channel, notificationId, caps }) {
      const id = `${userId}:${day}`;
      if (caps.channel <= 0) return 'channel';
      if (caps.total !== undefined && caps.total <= 0) return 'total';
      const hasRoom = [roomFor(channel, notificationId, caps.channel)];
      if (caps.total !== undefined) hasRoom.push(roomFor('all', notificationId, caps.total));
      const counted = { id, hasRoom, channel, notificationId };
      // The second time decides: the first one finds no room either when another instance has just begun the day.
      if ((await count(counted)) || (await count(counted))) return undefined;
      const present = await days.findOne({ _id: id });
      const sent = present?.[channel] ?? [];
      return sent.length >= caps.channel && !sent.includes(notificationId) ? 'channel' : 'total';
    },
  };
}

interface Counted {
  readonly id: string;
  readonly hasRoom: Record<string, unknown>[];
  readonly channel: OutsideChannel;
  readonly notificationId: string;
}

/** The list holds it already, or its last place is free. */
const roomFor = (list: OutsideChannel | 'all', id: string, cap: number): Record<string, unknown> => ({
  $or: [{ [list]: id }, { [`${list}.${cap - 1}`]: { $exists: false } }],
});
