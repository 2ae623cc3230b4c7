import type { Doc } from '../values/document.js';

/** mongod's error codes that this engine answers with, by name. */
const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  MaxTimeMSExpired: 50,
  InvalidIdField: 53,
  NamespaceExists: 48,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  UnsupportedOpQueryCommand: 352,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  NoQueryExecutionPlans: 291,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  DocumentTooLarge: 17419,
  CannotExtractGeoKeys: 16755,
  InclusionInExclusion: 31253,
  ExclusionInInclusion: 31254,
  UnrecognizedStage: 40324,
  UnknownField: 40415,
  NotLastStage: 40601,
  NoUniqueIndex: 51183,
  MergeStageNoMatchingDocument: 13113,
  ChangeStreamUnsupported: 40573,
  NearNotAllowed: 5626500,
} as const;

export type ErrorName = keyof typeof ERROR_CODES;

/** An error that the client sees as mongod's answer: `{ ok: 0, errmsg, code, codeName }`. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the answer, such as `keyValue` of a duplicate key. */
  readonly fields: Doc;

  constructor(name: ErrorName, message: string, fields: Doc = {}) {
    super(message);
    this.name = 'CommandError';
    this.code = ERROR_CODES[name];
    // mongod has names only for the codes of its own table; the numbers of assertions are called Location<code>.
    this.codeName = this.code > 14_000 ? `Location${this.code}` : name;
    this.fields = fields;
  }
}
