import { aggregate } from './aggregate.js';
import {
  collStats,
  create,
  dbStats,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  renameCollection,
} from './collections.js';
import type { Command } from './command.js';
import { count, distinct } from './count-and-distinct.js';
import { getMore, killCursors } from './cursor-commands.js';
import { deleteCommand } from './delete.js';
import { explain } from './explain.js';
import { findAndModify } from './find-and-modify.js';
import { find } from './find.js';
import { createIndexes, dropIndexes, listIndexes } from './indexes.js';
import { insert } from './insert.js';
import { serverCommands } from './server-commands.js';
import { update } from './update.js';

/** Every command that this server knows, by the first field of its document. */
export const commandTable: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...serverCommands,
    aggregate,
    collStats,
    count,
    create,
    createIndexes,
    dbStats,
    delete: deleteCommand,
    distinct,
    drop,
    dropDatabase,
    dropIndexes,
    explain,
    find,
    findAndModify,
    findandmodify: findAndModify,
    getMore,
    insert,
    killCursors,
    listCollections,
    listDatabases,
    listIndexes,
    renameCollection,
    update,
  }),
);
