import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { BatchError } from './batched.js';
import type { BatchResults } from './batched.js';
import { isDuplicateKey } from './duplicate-key.js';

/** One update of several, as the command has it. */
export interface UpdateStatement<Document> {
  readonly q: mongoose.mongo.Filter<Document>;
  readonly u: mongoose.mongo.UpdateFilter<Document>;
  readonly upsert?: boolean;
}

interface WriteAnswer {
  readonly writeErrors?: readonly { readonly index: number; readonly code: number; readonly errmsg: string }[];
}

/**
 * Inserts documents in one command, each whatever becomes of the others; fields that are undefined are left out.
 * @returns for each `true` where it was done, `false` where a unique index already held its key, an error where it failed otherwise
 * @throws what the command failed with as a whole, as a single write would
 */
export const insertEach = (
  connection: Connection,
  collection: string,
  documents: readonly object[],
): Promise<BatchResults<boolean>> => writeEach(connection, documents.length, { insert: collection, documents });

/** Makes updates in one command, in their order, each whatever becomes of the others. Results and errors as with `insertEach`. */
export const updateEach = <Document>(
  connection: Connection,
  collection: string,
  updates: readonly UpdateStatement<Document>[],
): Promise<BatchResults<boolean>> => writeEach(connection, updates.length, { update: collection, updates });

/** The command itself, whose answer says of each write what became of it; the driver's bulk writes make other errors of an outage. */
async function writeEach(
  { db }: Connection,
  count: number,
  command: mongoose.mongo.Document,
): Promise<BatchResults<boolean>> {
  if (!db) throw new mongoose.mongo.MongoNotConnectedError('not connected');
  const answer: WriteAnswer = await db.command({ ...command, ordered: false }, { ignoreUndefined: true });
  const results: (boolean | BatchError)[] = Array.from({ length: count }, () => true);
  for (const { index, code, errmsg } of answer.writeErrors ?? []) {
    const cause = new mongoose.mongo.MongoServerError({ code, message: errmsg });
    results[index] = isDuplicateKey(cause) ? false : new BatchError('one of several writes failed', { cause });
  }
  return results;
}
