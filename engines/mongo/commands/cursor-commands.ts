import { Long } from 'bson';
import { CursorAnswer, optionalCount, type Command } from './command.js';
import { CommandError } from './command-error.js';
import { show } from '../values/document.js';

/** `getMore` */
export const getMore: Command = {
  run: (command, { cursors, database }) => {
    const namespace = `${database}.${String(command['collection'])}`;
    return new CursorAnswer(cursors.next(Number(command['getMore']), namespace, optionalCount(command, 'batchSize')));
  },
};

/** `killCursors` */
export const killCursors: Command = {
  run: (command, { cursors }) => {
    const ids = command['cursors'];
    if (!Array.isArray(ids))
      throw new CommandError('TypeMismatch', `killCursors: expected an array of cursor ids, got ${show(ids)}`);
    const [killed, notFound]: [Long[], Long[]] = [[], []];
    for (const id of ids.map(Number)) (cursors.kill(id) ? killed : notFound).push(Long.fromNumber(id));
    return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
  },
};
