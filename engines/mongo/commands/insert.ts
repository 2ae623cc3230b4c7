import { MAX_DOCUMENT_BYTES, storedForm } from '../values/bson-bytes.js';
import { CommandError } from './command-error.js';
import { namespaceOf, type Command } from './command.js';
import { runStatements } from './write-errors.js';

const MAX_BATCH = 100_000;

/** `insert`: documents stay encoded from the socket to the journal. */
export const insert: Command = {
  reading: 'raw documents',
  run: (command, context) => {
    const documents = command['documents'];
    if (!Array.isArray(documents) || !documents.every((item) => item instanceof Uint8Array))
      throw new CommandError('TypeMismatch', "BSON field 'insert.documents' is the wrong type, expected type 'array'");
    if (documents.length === 0 || documents.length > MAX_BATCH) {
      const message = `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${documents.length} operations.`;
      throw new CommandError('InvalidLength', message);
    }
    const collection = context.store.getOrCreate(namespaceOf(command, 'insert', context));
    let n = 0;
    const { writeErrors } = runStatements(documents, command['ordered'] !== false, (bytes) => {
      if (bytes.length > MAX_DOCUMENT_BYTES) {
        throw new CommandError(
          'BSONObjectTooLarge',
          `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`,
        );
      }
      collection.insert(storedForm(bytes));
      n += 1;
    });
    const { operations, documents: counted } = context.server.counters;
    operations.insert += n;
    counted.inserted += n;
    context.operation.counted['ninserted'] = n;
    return { n, ...(writeErrors && { writeErrors }) };
  },
};
