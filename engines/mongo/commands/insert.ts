import { storedForm } from '../values/bson-bytes.js';
import { CommandError } from './command-error.js';
import { namespaceOf, wantsJournal, type Command } from './command.js';
import { runStatements } from './write-errors.js';

const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** `insert`: documents stay encoded from the socket to the journal. */
export const insert: Command = {
  reading: 'raw documents',
  run: (command, context) => {
    const documents = command['documents'];
    if (!Array.isArray(documents) || !documents.every((item) => item instanceof Uint8Array) || documents.length === 0) {
      throw new CommandError('InvalidLength', 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
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
    context.store.commit(wantsJournal(command));
    context.server.counters.insert += n;
    return { n, ...(writeErrors && { writeErrors }) };
  },
};
