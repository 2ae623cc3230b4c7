import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import type { EventEnvelope, OutboxStore } from '../events/index.js';
import { batched } from './batched.js';
import { updateEach } from './write-each.js';

/** A backlog beyond this many documents is reported as of this many: a scrape must not read a collection. */
const BACKLOG_LIMIT = 1000;

/** Documents with an empty outbox are not in this part of the index. */
const WAITING = { 'outbox.id': { $gte: '' } };

/** The part that matters here of a document that carries its own waiting events. */
interface WithOutbox {
  readonly _id: mongoose.Types.ObjectId;
  outbox: EventEnvelope[];
}

interface Published {
  readonly documentId: string;
  readonly eventId: string;
}

/**
 * The outbox of a collection whose documents keep their waiting events in the array `outbox`. The collection needs an
 * index on `outbox.id`: documents with an empty outbox are not in the part of it that is read.
 */
export function mongoOutboxStore(connection: Connection, collectionName: string): OutboxStore {
  const collection = connection.collection<WithOutbox>(collectionName);
  const remove = batched((published: readonly Published[]) =>
    updateEach(
      connection,
      collectionName,
      published.map(({ documentId, eventId }) => ({
        q: { _id: new mongoose.Types.ObjectId(documentId) },
        u: { $pull: { outbox: { id: eventId } } },
      })),
    ),
  );
  return {
    async pending(limit) {
      const documents = await collection.find(WAITING, { projection: { outbox: 1 }, limit }).toArray();
      return documents.map(({ _id, outbox }) => ({ documentId: _id.toHexString(), events: outbox }));
    },
    async backlog() {
      const documents = await collection
        .find(WAITING, { projection: { 'outbox.occurredAt': 1 }, limit: BACKLOG_LIMIT })
        .toArray();
      const times = documents.flatMap(({ outbox }) => outbox.map(({ occurredAt }) => Date.parse(occurredAt)));
      const oldest = times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.min(a, b)));
      return { events: times.length, oldest };
    },
    async remove(documentId, eventId) {
      await remove({ documentId, eventId });
    },
  };
}
