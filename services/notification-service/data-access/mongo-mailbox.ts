import { batched, insertEach } from '@quickbite/shared/database';
import type { Connection, mongo } from 'mongoose';
import type { Mailbox, MailboxEntry } from '../domain/channel.js';

interface MailboxDocument extends MailboxEntry {
  readonly _id: string;
  readonly at: Date;
}

const MAILBOX = 'mailbox';
/** The lab's providers forget after a day. */
const KEEP_S = 24 * 3600;

/**
 * What the lab's stand-ins for a mail server, an SMS gateway and a push service have received. It is kept in the database so that
 * it survives a crash of this service, as the phones of the real world do; like a good provider, it takes a key once.
 */
export async function createMailbox(connection: Connection, now: () => Date): Promise<Mailbox> {
  const mailbox = connection.collection<MailboxDocument>(MAILBOX);
  await Promise.all([
    mailbox.createIndex({ at: 1 }, { expireAfterSeconds: KEEP_S }, {}),
    mailbox.createIndex({ userId: 1, at: -1 }, {}, {}),
  ]);
  const receive = batched((documents: readonly MailboxDocument[]) => insertEach(connection, MAILBOX, documents));
  return {
    async put(idempotencyKey, entry) {
      await receive({ _id: idempotencyKey, ...entry, at: now() });
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
