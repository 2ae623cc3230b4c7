import { open, rename } from 'node:fs/promises';
import { serialize } from 'bson';
import { dataFilePath, removeBefore, syncFolder } from './data-folder.js';
import { encodeFrame, MAGIC } from './journal-format.js';
import type { Collection } from './collection.js';
import type { StoredRecord } from './stored-record.js';

/** A collection as it was when compaction began. Records never change, so holding them is enough. */
export interface FrozenCollection {
  readonly namespace: string;
  readonly options: Uint8Array;
  readonly indexes: readonly Uint8Array[];
  readonly records: readonly StoredRecord[];
}

/** Notes what a collection holds now. */
export function freeze(collection: Collection): FrozenCollection {
  const indexes = collection.indexes.map(({ definition }) => serialize(definition.spec));
  return {
    namespace: collection.namespace,
    options: serialize(collection.options),
    indexes,
    records: [...collection.records.values()],
  };
}

const CHUNK_BYTES = 1 << 20;

/**
 * Writes a snapshot beside the old files, puts it in place by renaming, and only then deletes what it replaces: at every
 * moment the folder holds a complete history. Writes go on meanwhile, into the journal of the new generation.
 */
export async function writeSnapshot(
  folder: string,
  generation: number,
  collections: readonly FrozenCollection[],
): Promise<number> {
  const target = dataFilePath(folder, 'snapshot', generation);
  const temporary = `${target}.tmp`;
  const file = await open(temporary, 'w');
  let size = 0;
  try {
    let chunk: Buffer[] = [];
    let chunkBytes = 0;
    for (const bytes of frames(collections)) {
      chunk.push(bytes);
      chunkBytes += bytes.length;
      if (chunkBytes < CHUNK_BYTES) continue;
      await file.writeFile(Buffer.concat(chunk));
      size += chunkBytes;
      [chunk, chunkBytes] = [[], 0];
    }
    await file.writeFile(Buffer.concat(chunk));
    size += chunkBytes;
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, target);
  syncFolder(folder);
  removeBefore(folder, generation);
  return size;
}

function* frames(collections: readonly FrozenCollection[]): Generator<Buffer> {
  yield MAGIC;
  for (const { namespace, options, indexes, records } of collections) {
    yield encodeFrame({ operation: 'createCollection', namespace, bson: options });
    for (const bson of indexes) yield encodeFrame({ operation: 'createIndex', namespace, bson });
    for (const { bytes } of records) yield encodeFrame({ operation: 'put', namespace, bson: bytes });
  }
}
