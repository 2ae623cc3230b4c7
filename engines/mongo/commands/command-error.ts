import type { Doc } from '../values/document.js';

/** mongod's error codes that this engine answers with, by name. */
const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
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
  NoQueryExecutionPlans: 291,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  CannotExtractGeoKeys: 16755,
  InclusionInExclusion: 31253,
  ExclusionInInclusion: 31254,
  UnrecognizedStage: 40324,
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
    // mongod has names only for codes in its own table; assertion numbers are called Location<code>.
    this.codeName =
      /^(CannotExtractGeoKeys|InclusionInExclusion|ExclusionInInclusion|UnrecognizedStage|ChangeStreamUnsupported|NearNotAllowed)$/.test(
        name,
      )
        ? `Location${this.code}`
        : name;
    this.fields = fields;
  }
}
