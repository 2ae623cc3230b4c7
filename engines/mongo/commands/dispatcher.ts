import { deserialize, Double, serialize, Long, BSONError } from 'bson';
import type { Logger } from '../logger.js';
import type { Responder } from '../wire/connection.js';
import { arrayOf, assemble, embeddedElement } from '../values/bson-bytes.js';
import { readExact, readPlain, show, type Doc } from '../values/document.js';
import { commandTable } from './command-table.js';
import { CursorAnswer, type Answer, type CommandContext, type Reading } from './command.js';
import { CommandError } from './command-error.js';
import type { Batch } from './cursors.js';
import { hello } from './server-commands.js';

/** Decodes a command, runs it, and encodes its answer or its error. */
export class Dispatcher implements Responder {
  readonly #shared: Omit<CommandContext, 'database' | 'connectionId'>;
  readonly #logger: Logger;

  constructor(shared: Omit<CommandContext, 'database' | 'connectionId'>, logger: Logger) {
    this.#shared = shared;
    this.#logger = logger;
  }

  answer(body: Buffer, sequences: ReadonlyMap<string, Buffer[]>, connectionId: number): Uint8Array {
    try {
      return encodeAnswer(this.#run(body, sequences, connectionId));
    } catch (error) {
      return this.#encodeError(error);
    }
  }

  answerLegacy(body: Buffer, namespace: string, connectionId: number): Uint8Array {
    try {
      const name = Object.keys(readPlain(body))[0] ?? '';
      if (namespace.endsWith('.$cmd') && /^(hello|ismaster)$/i.test(name)) {
        return encodeAnswer(hello({ ...this.#shared, database: 'admin', connectionId }, name !== 'hello'));
      }
      const message = `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade. For more details see https://dochub.mongodb.org/core/legacy-opcode-removal`;
      throw new CommandError('UnsupportedOpQueryCommand', message);
    } catch (error) {
      return this.#encodeError(error);
    }
  }

  #run(body: Buffer, sequences: ReadonlyMap<string, Buffer[]>, connectionId: number): Answer {
    const name = firstKey(body);
    const command = commandTable.get(name);
    if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
    const document = read(body, sequences, command.reading ?? 'plain');
    const database = document['$db'];
    if (typeof database !== 'string')
      throw new CommandError('FailedToParse', `OP_MSG requests require a $db argument, got ${show(database)}`);
    if (document['txnNumber'] !== undefined) {
      throw new CommandError(
        'IllegalOperation',
        'Transaction numbers are only allowed on a replica set member or mongos',
      );
    }
    return command.run(document, { ...this.#shared, database, connectionId });
  }

  #encodeError(error: unknown): Uint8Array {
    if (error instanceof CommandError) {
      return serialize({
        ok: new Double(0),
        errmsg: error.message,
        code: error.code,
        codeName: error.codeName,
        ...error.fields,
      });
    }
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof BSONError)
      return serialize({ ok: new Double(0), errmsg: message, code: 22, codeName: 'InvalidBSON' });
    this.#logger('error', 'command-failed', { message, stack: error instanceof Error ? error.stack : undefined });
    return serialize({ ok: new Double(0), errmsg: message, code: 1, codeName: 'InternalError' });
  }
}

/** The name of the first element: the command. */
function firstKey(body: Buffer): string {
  const end = body.indexOf(0, 5);
  return end === -1 ? '' : body.toString('utf8', 5, end);
}

function read(body: Buffer, sequences: ReadonlyMap<string, Buffer[]>, reading: Reading): Doc {
  switch (reading) {
    case 'plain':
    case 'exact': {
      const decode = reading === 'plain' ? readPlain : readExact;
      const document = decode(body);
      for (const [field, documents] of sequences) document[field] = documents.map(decode);
      return document;
    }
    case 'raw documents': {
      const document = deserialize(body, { fieldsAsRaw: { documents: true } });
      for (const [field, documents] of sequences) document[field] = documents;
      return document;
    }
  }
}

const OK = serialize({ ok: new Double(1) }).subarray(4, -1);

function encodeAnswer(answer: Answer): Uint8Array {
  if (!(answer instanceof CursorAnswer)) return serialize({ ...answer, ok: new Double(1) }, { ignoreUndefined: true });
  return assemble([embeddedElement('document', 'cursor', encodeBatch(answer.batch)), OK]);
}

function encodeBatch({ cursorId, namespace, name, documents }: Batch): Uint8Array {
  const rest = serialize({ id: Long.fromNumber(cursorId), ns: namespace }).subarray(4, -1);
  return assemble([embeddedElement('array', name, arrayOf(documents)), rest]);
}
