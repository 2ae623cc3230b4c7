import { isDuplicateKey } from '@quickbite/shared/database';
import { Schema } from 'mongoose';
import type { Connection, Types } from 'mongoose';
import { deadLetterStatuses } from '../domain/dead-letters.js';
import type { DeadLetter, DeadLetters } from '../domain/dead-letters.js';

interface DeadLetterDocument extends Omit<DeadLetter, 'id'> {
  readonly _id: Types.ObjectId;
}

/** Who has not looked for a week will not. */
const KEEP_S = 7 * 24 * 3600;

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;
const schema = new Schema<DeadLetterDocument>(
  {
    key: text,
    queue: text,
    // What was parked may be empty.
    body: { type: String, default: '' },
    messageId: String,
    type: String,
    correlationId: String,
    reason: text,
    attempts: count,
    replays: count,
    status: { ...text, enum: deadLetterStatuses },
    parkedAt: { type: Date, required: true },
    replayedAt: Date,
  },
  { collection: 'dead_letters', versionKey: false, strict: 'throw' },
);
schema.index({ key: 1 }, { unique: true });
schema.index({ parkedAt: 1 }, { expireAfterSeconds: KEEP_S });

/** Dead letters in MongoDB. */
export async function createDeadLetters(connection: Connection, now: () => Date): Promise<DeadLetters> {
  const model = connection.model<DeadLetterDocument>('DeadLetter', schema);
  await model.createIndexes();
  return {
    async keep(message) {
      try {
        await model.create({ ...message, status: 'parked', parkedAt: now() });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async list({ status }, { page, limit }) {
      const filter = status === undefined ? {} : { status };
      const [documents, total] = await Promise.all([
        model
          .find(filter)
          .sort({ parkedAt: -1, _id: -1 })
          .skip((page - 1) * limit)
          .limit(limit)
          .lean<DeadLetterDocument[]>(),
        model.countDocuments(filter),
      ]);
      return { items: documents.map(toDeadLetter), page, limit, total };
    },
    async find(id) {
      const document = await model.findById(id).lean<DeadLetterDocument>();
      return document ? toDeadLetter(document) : undefined;
    },
    async markReplayed(id) {
      const document = await model
        .findByIdAndUpdate(id, { $set: { status: 'replayed', replayedAt: now() } }, { returnDocument: 'after' })
        .lean<DeadLetterDocument>();
      return document ? toDeadLetter(document) : undefined;
    },
    discard: async (id) => (await model.deleteOne({ _id: id })).deletedCount === 1,
    countParked: () => model.countDocuments({ status: 'parked' }),
  };
}

function toDeadLetter({ _id, ...letter }: DeadLetterDocument): DeadLetter {
  return { id: String(_id), ...letter };
}
