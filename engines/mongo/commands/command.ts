import type { Collection } from '../storage/collection.js';
import type { Store } from '../storage/store.js';
import { isDoc, show, type Doc } from '../values/document.js';
import { CommandError } from './command-error.js';
import type { Batch, Cursors } from './cursors.js';
import type { Operation } from './operation.js';
import type { Parameters } from './parameters.js';
import type { Profiler } from './profiler.js';

/** What every command works with. */
export interface CommandContext {
  readonly store: Store;
  readonly cursors: Cursors;
  readonly database: string;
  readonly connectionId: number;
  readonly server: ServerFacts;
  /** The command that runs: hand it to every query. */
  readonly operation: Operation;
}

/** What the server says about itself. */
export interface ServerFacts {
  readonly host: string;
  readonly port: () => number;
  readonly startedAt: number;
  readonly now: () => number;
  readonly connections: () => { readonly current: number; readonly totalCreated: number };
  /** What was done so far, in mongod's words. */
  readonly counters: {
    readonly operations: Record<OperationKind, number>;
    readonly documents: Record<'inserted' | 'returned' | 'updated' | 'deleted', number>;
    readonly network: Record<'bytesIn' | 'bytesOut' | 'numRequests', number>;
  };
  readonly parameters: Parameters;
  readonly profiler: Profiler;
}

/** What `opcounters` tells apart. */
export type OperationKind = 'insert' | 'query' | 'update' | 'delete' | 'getmore' | 'command';

/** An answer: fields beside `ok: 1`, or a batch of encoded documents. */
export type Answer = Doc | CursorAnswer | FoundAnswer;

/** An answer with a cursor, whose documents are not decoded on their way out. */
export class CursorAnswer {
  readonly batch: Batch;
  constructor(batch: Batch) {
    this.batch = batch;
  }
}

/** An answer with a document that was found, which is not decoded on its way out. */
export class FoundAnswer {
  readonly fields: Doc;
  readonly value: Uint8Array;
  constructor(fields: Doc, value: Uint8Array) {
    this.fields = fields;
    this.value = value;
  }
}

/** How the command document is read: with plain numbers, with numeric types kept apart, or with `documents` left encoded. */
export type Reading = 'plain' | 'exact' | 'raw documents';

export interface Command {
  readonly reading?: Reading;
  readonly run: (command: Doc, context: CommandContext) => Answer;
}

/** The namespace that a command's first field names. */
export function namespaceOf(command: Doc, name: string, { database }: CommandContext): string {
  const collection = command[name];
  if (typeof collection === 'string' && collection !== '') return `${database}.${collection}`;
  throw new CommandError(
    'InvalidNamespace',
    `collection name has invalid type or is empty: ${name}: ${show(collection)}`,
  );
}

/** The collection that a command's first field names, if it exists. */
export function collectionOf(command: Doc, name: string, context: CommandContext): Collection | undefined {
  return context.store.get(namespaceOf(command, name, context));
}

/** An optional document field. */
export function optionalDoc(command: Doc, field: string): Doc {
  const value = command[field];
  if (value === undefined || value === null) return {};
  if (isDoc(value)) return value;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type, expected type 'object', got ${show(value)}`,
  );
}

/** An optional whole number that is not negative; numbers that JavaScript clients send as doubles are fine. */
export function optionalCount(command: Doc, field: string): number | undefined {
  const value = command[field];
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandError('BadValue', `BSON field '${field}' value must be >= 0, actual value ${show(value)}`);
}

/** The elements of a required array of documents. */
export function docsOf(command: Doc, field: string): Doc[] {
  const value = command[field];
  if (Array.isArray(value) && value.length > 0 && value.every(isDoc)) return value;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type, expected a non-empty array of documents, got ${show(value)}`,
  );
}

/** @throws CommandError where a command that is about the whole server is sent to another database than `admin` */
export function requireAdmin({ database }: CommandContext, name: string): void {
  if (database !== 'admin')
    throw new CommandError('Unauthorized', `${name} may only be run against the admin database.`);
}

/** Whether the client asked to wait for the disk. */
export function wantsJournal(command: Doc): boolean {
  const concern = command['writeConcern'];
  return isDoc(concern) && (concern['j'] === true || concern['fsync'] === true);
}
