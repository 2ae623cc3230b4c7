import { ObjectId } from 'bson';
import * as query from 'mingo/operators/query';
import type { Options } from 'mingo/types';
import { isDoc, type Doc } from '../values/document.js';
import { keyString } from '../values/key-string.js';
import { splitPath } from '../values/paths.js';

type Test = (doc: Doc) => boolean;
type Simple = string | number | boolean | Date | ObjectId | null | undefined;

const NOT_SIMPLE = Symbol('not simple');

/**
 * `$in`: whether a document matches one value of a list. Simple values are looked up by key; documents, arrays and patterns, in the
 * list or in the document, are tried one after the other. mingo's makes a hash map of the list anew for each document that it tests.
 */
export function inList(path: string, operand: unknown, options: Options): Test {
  if (!Array.isArray(operand)) return query.$in(path, operand, options);
  const values: readonly unknown[] = operand;
  let tests: readonly Test[] | undefined;
  const oneByOne: Test = (doc) => {
    tests ??= values.map((value) => matchesOne(path, value, options));
    return tests.some((test) => test(doc));
  };
  if (!values.every(isSimple)) return oneByOne;
  const keys = new Set(values.map((value) => keyString(value)));
  const parts = splitPath(path);
  return (doc) => {
    const value = simpleAt(doc, parts);
    return value === NOT_SIMPLE ? oneByOne(doc) : keys.has(keyString(value));
  };
}

function matchesOne(path: string, value: unknown, options: Options): Test {
  const equal: Test = query.$eq(path, value, options);
  if (!(value instanceof RegExp)) return equal;
  const fits: Test = query.$regex(path, value, options);
  return (doc) => fits(doc) || equal(doc);
}

function simpleAt(doc: Doc, parts: readonly string[]): Simple | typeof NOT_SIMPLE {
  let value: unknown = doc;
  for (const part of parts) {
    if (Array.isArray(value)) return NOT_SIMPLE;
    value = isDoc(value) ? value[part] : undefined;
  }
  return isSimple(value) ? value : NOT_SIMPLE;
}

/** Values that are equal when their keys are, and equal nothing else. */
const isSimple = (value: unknown): value is Simple =>
  value === null ||
  (typeof value === 'object' ? value instanceof ObjectId || value instanceof Date : typeof value !== 'bigint');
