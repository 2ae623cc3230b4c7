import type { Model, Types } from 'mongoose';

/**
 * Inserts the documents whose `_id` is not there yet, in one bulk write, and leaves the others as they are: repeating it, or
 * running it twice at once, changes nothing.
 */
export async function insertMissing<T>(
  model: Model<T>,
  documents: readonly (T & { readonly _id: Types.ObjectId })[],
): Promise<{ readonly inserted: number; readonly present: number }> {
  const { upsertedCount, matchedCount } = await model.bulkWrite(
    documents.map((document) => {
      const { _id, ...rest } = document;
      return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
    }) as Parameters<typeof model.bulkWrite>[0],
    { ordered: false },
  );
  return { inserted: upsertedCount, present: matchedCount };
}
