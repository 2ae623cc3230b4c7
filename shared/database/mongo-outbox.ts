import mongoose from 'mongoose';
import type { Collection } from 'mongoose';
import type { EventEnvelope, OutboxStore } from '../events/index.js';

/** A document that carries its own waiting events. */
interface WithOutbox {
  readonly _id: mongoose.Types.ObjectId;
  readonly outbox: readonly EventEnvelope[];
}

/**
 * The outbox of a collection whose documents keep their waiting events in the array `outbox`. The collection needs an
 * index on `outbox.id`: documents with an empty outbox are not in the part of it that is read.
 */
export function mongoOutboxStore(collection: Collection): OutboxStore {
  return {
    async pending(limit) {
      const documents = await collection
        .find<WithOutbox>({ 'outbox.id': { $gte: '' } }, { projection: { outbox: 1 }, limit })
        .toArray();
      return documents.map(({ _id, outbox }) => ({ documentId: _id.toHexString(), events: outbox }));
    },
    async remove(documentId, eventId) {
      const withoutEvent = { $pull: { outbox: { id: eventId } } } as mongoose.mongo.UpdateFilter<mongoose.AnyObject>;
      await collection.updateOne({ _id: new mongoose.Types.ObjectId(documentId) }, withoutEvent);
    },
  };
}
