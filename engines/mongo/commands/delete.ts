import { runQuery } from '../query/run-query.js';
import { collectionOf, docsOf, type Command } from './command.js';
import { refuseUnknownFields } from './known-fields.js';
import { runStatements } from './write-errors.js';
import { writeQuery } from './update.js';

/** `delete` */
export const deleteCommand: Command = {
  run: (command, context) => {
    const collection = collectionOf(command, 'delete', context);
    let n = 0;
    const statements = docsOf(command, 'deletes');
    for (const statement of statements) refuseUnknownFields('delete.deletes', statement);
    const { writeErrors } = runStatements(statements, command['ordered'] !== false, (statement) => {
      const { records } = runQuery(
        collection,
        writeQuery(statement, 'q', Number(statement['limit'] ?? 0), { collection, command }),
        context.operation,
      );
      for (const record of records) collection?.remove(record);
      n += records.length;
    });
    const { operations, documents } = context.server.counters;
    operations.delete += statements.length;
    documents.deleted += n;
    context.operation.counted['ndeleted'] = n;
    return { n, ...(writeErrors && { writeErrors }) };
  },
};
