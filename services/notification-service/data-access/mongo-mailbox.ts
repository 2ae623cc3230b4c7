import { isDuplicateKey } from '@quickbite/shared/database';
import type { Connection, mongo } from 'mongoose';
import type { Mailbox, MailboxEntry } from '../domain/channel.js';

interface MailboxDocument extends MailboxEntry {
  readonly _id: string;
  readonly at: Date;
}

/** The lab's providers forget after a day. */
const KEEP_S = 24 * 3600;

/**
 * What the lab's stand-ins for a mail server, an SMS gateway and a push service have received. It is kept in the database so that
 * it survives a crash of this service, as the phones of the real world do; like a good provider, it takes a key once.
 */
export async function createMailbox(connection: Connection, now: () => Date): Promise<Mailbox> {
  const mailbox = connection.collection<MailboxDocument>('mailbox');
  await Promise.all([
    mailbox.createIndex({ at: 1 }, { expireAfterSeconds: KEEP_S }, {}),
    mailbox.createIndex({ userId: 1, at: -1 }, {}, {}),
  ]);
  return {
    async put(idempotencyKey, entry) {
      try {
        await mailbox.insertOne({ _id: idempotencyKey, ...entry, at: now() });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async list(filter, limit) {
      const found = await mailbox
        .find(filter as mongo.Filter<MailboxDocument>)
        .sort({ at: -1, _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, ...entry }) => entry);
    },
  };
}
