import { runQuery } from '../query/run-query.js';
import { collectionOf, docsOf, wantsJournal, type Command } from './command.js';
import { runStatements } from './write-errors.js';
import { writeQuery } from './update.js';

/** `delete` */
export const deleteCommand: Command = {
  run: (command, context) => {
    const collection = collectionOf(command, 'delete', context);
    let n = 0;
    const { writeErrors } = runStatements(docsOf(command, 'deletes'), command['ordered'] !== false, (statement) => {
      const { records } = runQuery(collection, writeQuery(statement, 'q', Number(statement['limit'] ?? 0)));
      for (const record of records) collection?.remove(record);
      n += records.length;
    });
    context.store.commit(wantsJournal(command));
    context.server.counters.delete += n;
    return { n, ...(writeErrors && { writeErrors }) };
  },
};
