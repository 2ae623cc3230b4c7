import { deserialize, Double, serialize, Long, BSONError } from 'bson';
import type { Logger } from '../logger.js';
import type { Peer, Reply, Responder } from '../wire/connection.js';
import { arrayOf, assemble, embeddedElement } from '../values/bson-bytes.js';
import { omit, readExact, readPlain, show, type Doc } from '../values/document.js';
import { commandTable } from './command-table.js';
import { CursorAnswer, FoundAnswer, optionalCount, wantsJournal } from './command.js';
import type { Answer, Command, CommandContext, OperationKind, Reading } from './command.js';
import { CommandError } from './command-error.js';
import type { Batch } from './cursors.js';
import { refuseUnknownFields } from './known-fields.js';
import { Operation } from './operation.js';
import { hello } from './server-commands.js';

type Shared = Omit<CommandContext, 'database' | 'connectionId' | 'operation'>;

/** What the profiler and `opcounters` call the commands that they tell apart; documents inserted are counted one by one. */
const KINDS: Readonly<Record<string, { readonly profiled: string; readonly counted: OperationKind | undefined }>> = {
  find: { profiled: 'query', counted: 'query' },
  getMore: { profiled: 'getmore', counted: 'getmore' },
  insert: { profiled: 'insert', counted: undefined },
  update: { profiled: 'update', counted: undefined },
  delete: { profiled: 'remove', counted: undefined },
};

const STACK_OVERFLOW = 'Maximum call stack size exceeded';

/** Decodes a command, runs it, and encodes its answer or its error. */
export class Dispatcher implements Responder {
  readonly #shared: Shared;
  readonly #logger: Logger;

  constructor(shared: Shared, logger: Logger) {
    this.#shared = shared;
    this.#logger = logger;
  }

  answer(body: Buffer, sequences: ReadonlyMap<string, Buffer[]>, peer: Peer): Reply {
    try {
      const name = firstKey(body);
      const command = commandTable.get(name);
      if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
      const document = read(body, sequences, command.reading ?? 'plain');
      return { bytes: this.#run(name, command, document, peer), journaled: wantsJournal(document) };
    } catch (error) {
      return { bytes: serialize(this.#describe(error)), journaled: false };
    }
  }

  answerLegacy(body: Buffer, namespace: string, { connectionId }: Peer): Uint8Array {
    try {
      const name = Object.keys(readPlain(body))[0] ?? '';
      if (namespace.endsWith('.$cmd') && /^(hello|ismaster)$/i.test(name)) {
        const operation = new Operation(0);
        return encodeAnswer(
          hello({ ...this.#shared, database: 'admin', connectionId, operation }, name !== 'hello'),
          operation,
        );
      }
      const message = `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade. For more details see https://dochub.mongodb.org/core/legacy-opcode-removal`;
      throw new CommandError('UnsupportedOpQueryCommand', message);
    } catch (error) {
      return serialize(this.#describe(error));
    }
  }

  #run(name: string, command: Command, document: Doc, peer: Peer): Uint8Array {
    const database = document['$db'];
    if (typeof database !== 'string')
      throw new CommandError('FailedToParse', `OP_MSG requests require a $db argument, got ${show(database)}`);
    if (document['txnNumber'] !== undefined) {
      throw new CommandError(
        'IllegalOperation',
        'Transaction numbers are only allowed on a replica set member or mongos',
      );
    }
    refuseUnknownFields(name, document);
    const kind = KINDS[name] ?? { profiled: 'command', counted: 'command' };
    if (kind.counted !== undefined) this.#shared.server.counters.operations[kind.counted] += 1;
    const operation = new Operation(optionalCount(document, 'maxTimeMS') ?? 0);
    const startedAt = performance.now();
    let [bytes, failure]: [Uint8Array | undefined, Doc | undefined] = [undefined, undefined];
    try {
      const answer = command.run(document, { ...this.#shared, database, connectionId: peer.connectionId, operation });
      bytes = encodeAnswer(answer, operation);
    } catch (error) {
      failure = this.#describe(error);
      bytes = serialize(failure);
    }
    const { profiler, now, counters } = this.#shared.server;
    counters.documents.returned += Number(operation.counted['nreturned'] ?? 0);
    const millis = performance.now() - startedAt;
    if (millis >= profiler.slowMs || profiler.level(database) > 0) {
      const target = document[name === 'getMore' ? 'collection' : name];
      const done = {
        database,
        namespace: `${database}.${typeof target === 'string' ? target : '$cmd'}`,
        kind: kind.profiled,
        command: omit(document, 'documents'),
        operation,
        millis,
        responseLength: bytes.length,
        client: peer.address,
        error: failure,
      };
      profiler.note(done, new Date(now()));
    }
    return bytes;
  }

  /** An error as the client sees it. */
  #describe(error: unknown): Doc {
    const described = (code: number, codeName: string, errmsg: string) => ({
      ok: new Double(0),
      errmsg,
      code,
      codeName,
    });
    if (error instanceof CommandError)
      return { ...described(error.code, error.codeName, error.message), ...error.fields };
    const message = error instanceof Error ? error.message : String(error);
    if (message === STACK_OVERFLOW) return described(15, 'Overflow', 'BSONObj exceeds maximum nested object depth');
    if (error instanceof BSONError || error instanceof RangeError) return described(22, 'InvalidBSON', message);
    this.#logger('error', 'command-failed', { message, stack: error instanceof Error ? error.stack : undefined });
    return described(1, 'InternalError', message);
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

function encodeAnswer(answer: Answer, operation: Operation): Uint8Array {
  if (answer instanceof CursorAnswer) operation.counted['nreturned'] = answer.batch.documents.length;
  if (answer instanceof FoundAnswer) {
    const fields = serialize(answer.fields, { ignoreUndefined: true }).subarray(4, -1);
    return assemble([fields, embeddedElement('document', 'value', answer.value), OK]);
  }
  if (!(answer instanceof CursorAnswer)) return serialize({ ...answer, ok: new Double(1) }, { ignoreUndefined: true });
  return assemble([embeddedElement('document', 'cursor', encodeBatch(answer.batch)), OK]);
}

function encodeBatch({ cursorId, namespace, name, documents }: Batch): Uint8Array {
  const rest = serialize({ id: Long.fromNumber(cursorId), ns: namespace }).subarray(4, -1);
  return assemble([embeddedElement('array', name, arrayOf(documents)), rest]);
}
