import { serialize } from 'bson';
import { Query } from 'mingo/query';
import { CommandError } from '../commands/command-error.js';
import type { StoredRecord } from '../storage/stored-record.js';
import { isDoc, readExact, readPlain, type Doc } from '../values/document.js';
import { pickElements } from '../values/bson-bytes.js';
import { setAt, splitPath } from '../values/paths.js';
import { takeApart } from './filter-parts.js';
import { asBadValue } from './matcher.js';
import { expressionOptions } from './mingo-options.js';
import type { QuerySpec } from './run-query.js';

/** Makes the bytes to answer with from a stored record and its text score. */
export type Projector = (record: StoredRecord, score?: number) => Uint8Array;

/** Fields that are kept or left out, as a tree: `whole` for a field itself, else what is chosen below it. */
interface Node {
  whole: boolean;
  readonly below: Tree;
}
type Tree = Map<string, Node>;
interface Choice {
  readonly tree: Tree;
  readonly including: boolean;
}

/**
 * Compiles a projection. Keeping and leaving out fields is done here, on the bytes or on values with their types; expressions, `$slice`,
 * `$elemMatch` and the positional `$` are mingo's.
 * @param query its filter is what the positional `$` refers to
 */
export function projector(spec: unknown, query: Pick<QuerySpec, 'filter' | 'variables'>): Projector {
  if (!isDoc(spec) || Object.keys(spec).length === 0) return (record) => record.bytes;
  const scoreFields = Object.keys(spec).filter((path) => isTextScore(spec[path]));
  const rest = Object.fromEntries(Object.entries(spec).filter(([path]) => !scoreFields.includes(path)));
  const choice = simpleChoice(rest);
  if (choice && scoreFields.length === 0 && isOfWholeFields(choice))
    return ({ bytes }) => pickElements(bytes, (name) => choice.tree.has(name) === choice.including);
  const project = choice ? onValues(choice) : withMingo(rest, query);
  return (record, score) => {
    const result = project(record);
    for (const path of scoreFields) setAt(result, path, score ?? 0);
    return serialize(result);
  };
}

function isTextScore(value: unknown): boolean {
  return isDoc(value) && value['$meta'] === 'textScore';
}

/** The fields that a projection without expressions keeps, or leaves out; undefined for any other. */
function simpleChoice(spec: Doc): Choice | undefined {
  const flat = flatten(spec);
  const simple = flat.every(
    ([path, value]) => (typeof value === 'number' || typeof value === 'boolean') && !path.endsWith('.$'),
  );
  if (!simple) return undefined;
  const id = flat.find(([path]) => path === '_id')?.[1];
  const others = flat.filter(([path]) => path !== '_id');
  const including = others.length > 0 ? Boolean(others[0]?.[1]) : Boolean(id);
  const odd = others.find(([, value]) => Boolean(value) !== including);
  if (odd !== undefined) {
    const [doing, mode] = including ? ['exclusion', 'inclusion'] : ['inclusion', 'exclusion'];
    throw new CommandError(
      including ? 'ExclusionInInclusion' : 'InclusionInExclusion',
      `Cannot do ${doing} on field ${odd[0]} in ${mode} projection`,
    );
  }
  const tree = toTree(others.map(([path]) => path));
  if (including ? id === undefined || Boolean(id) : id !== undefined && !id) choose(tree, '_id');
  return { tree, including };
}

/** Nothing inside of a field is chosen: the fields are cut out of the bytes as they are. */
const isOfWholeFields = ({ tree }: Choice): boolean => [...tree.values()].every(({ whole }) => whole);

const onValues =
  ({ tree, including }: Choice) =>
  ({ bytes }: StoredRecord): Doc =>
    including ? keep(readExact(bytes), tree) : leaveOut(readExact(bytes), tree);

function withMingo(
  spec: Doc,
  { filter, variables }: Pick<QuerySpec, 'filter' | 'variables'>,
): (record: StoredRecord) => Doc {
  const { residual } = takeApart(filter);
  const query = asBadValue(() => new Query<Doc>(residual, expressionOptions(variables)));
  // mingo may change what it is given, so it is given its own copy.
  return ({ bytes }) => asBadValue(() => query.find<Doc>([readPlain(bytes)], spec).next());
}

/** `{ a: { b: 1 } }` means the same as `{ 'a.b': 1 }`. */
function flatten(spec: Doc, prefix = ''): [path: string, value: unknown][] {
  return Object.entries(spec).flatMap(([key, value]): [string, unknown][] => {
    const nested = isDoc(value) && !Object.keys(value)[0]?.startsWith('$');
    return nested ? flatten(value, `${prefix}${key}.`) : [[prefix + key, value]];
  });
}

function toTree(paths: readonly string[]): Tree {
  const tree: Tree = new Map();
  for (const path of paths) choose(tree, path);
  return tree;
}

function choose(root: Tree, path: string): void {
  let tree = root;
  let node: Node | undefined;
  for (const part of splitPath(path)) {
    node = tree.get(part) ?? { whole: false, below: new Map() };
    tree.set(part, node);
    tree = node.below;
  }
  if (node !== undefined) node.whole = true;
}

function keep(doc: Doc, tree: Tree): Doc {
  const kept: Doc = {};
  for (const key in doc) {
    const node = tree.get(key);
    const value = doc[key];
    if (node === undefined) continue;
    if (node.whole) kept[key] = value;
    else if (Array.isArray(value)) kept[key] = keepInArray(value, node.below);
    else if (isDoc(value)) kept[key] = keep(value, node.below);
  }
  return kept;
}

function keepInArray(items: readonly unknown[], tree: Tree): unknown[] {
  return items.flatMap((item): unknown[] =>
    Array.isArray(item) ? [keepInArray(item, tree)] : isDoc(item) ? [keep(item, tree)] : [],
  );
}

function leaveOut(doc: Doc, tree: Tree): Doc {
  const rest: Doc = {};
  for (const key in doc) {
    const node = tree.get(key);
    if (node === undefined) rest[key] = doc[key];
    else if (!node.whole) rest[key] = leaveOutBelow(doc[key], node.below);
  }
  return rest;
}

function leaveOutBelow(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => leaveOutBelow(item, tree));
  return isDoc(value) ? leaveOut(value, tree) : value;
}
