import { CommandError } from '../commands/command-error.js';
import { matcher } from '../query/matcher.js';
import { copy, isDoc, plainDoc, show, type Doc } from '../values/document.js';
import { arrayOperators } from './array-operators.js';
import { fieldOperators } from './field-operators.js';
import { expandPath, type Expansion } from './positional.js';
import { assertNoConflict } from './conflicts.js';
import { runUpdatePipeline } from './update-pipeline.js';
import { slotAt } from './slot-at.js';
import type { UpdateOperator } from './update-slot.js';

/** One statement of an update, compiled; documents go in and come out exact. */
export interface UpdateSpec {
  /** An operator document, a replacement, or a pipeline. */
  readonly change: Doc | readonly Doc[];
  readonly arrayFilters: readonly Doc[];
  readonly variables: Doc;
  readonly now: Date;
}

const OPERATORS: Readonly<Record<string, UpdateOperator>> = { ...fieldOperators, ...arrayOperators };

/** Whether a change replaces the document. */
export function isReplacement(change: Doc | readonly Doc[]): change is Doc {
  return isDoc(change) && !(Object.keys(change)[0]?.startsWith('$') ?? false);
}

/**
 * The document after the change.
 * @param document is used up: what comes back is made of it
 * @param filter the plain filter that found the document, for the positional `$`
 * @param inserting whether this is the insert of an upsert, when `$setOnInsert` counts
 */
export function updateDocument(document: Doc, spec: UpdateSpec, filter: Doc, inserting: boolean): Doc {
  const { change } = spec;
  const before = document['_id'];
  if (!isDoc(change)) return withSameId(before, runUpdatePipeline(document, change, spec.variables), inserting);
  if (isReplacement(change)) {
    const { _id: id = before, ...fields } = copy(change);
    return withSameId(before, id === undefined ? fields : { _id: id, ...fields }, inserting);
  }
  const steps = plan(document, spec, filter, inserting);
  assertNoConflict(steps.flatMap(({ path, target }) => (target === undefined ? [path] : [path, target])));
  // New fields are added in the order of their names, numbers by their value.
  steps.sort((a, b) => compareNames(a.path, b.path));
  for (const { operator, path, operand } of steps) operator(slotAt(document, path, spec.now), operand);
  return withSameId(before, document, inserting);
}

interface Step {
  readonly operator: UpdateOperator;
  readonly path: string;
  readonly operand: unknown;
  /** The other path that `$rename` changes. */
  readonly target: string | undefined;
}

function compareNames(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  const at = left.findIndex((part, index) => part !== right[index]);
  const [x = '', y = ''] = at === -1 ? [] : [left[at], right[at]];
  const numeric = /^\d+$/.test(x) && /^\d+$/.test(y);
  return numeric ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
}

function plan(document: Doc, { change, arrayFilters }: UpdateSpec, filter: Doc, inserting: boolean): Step[] {
  const expansion = expansionOf(document, filter, arrayFilters);
  return Object.entries(change).flatMap(([name, operands]) => {
    const operator = OPERATORS[name];
    if (operator === undefined) {
      const message = `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`;
      throw new CommandError('FailedToParse', message);
    }
    if (!isDoc(operands))
      throw new CommandError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeof operands} instead: ${name}: ${show(operands)}`,
      );
    if (name === '$setOnInsert' && !inserting) return [];
    return Object.entries(operands).flatMap(([path, operand]) => {
      if (path === '' || path.split('.').includes(''))
        throw new CommandError(
          'FailedToParse',
          `The update path '${path}' contains an empty field name, which is not allowed.`,
        );
      const target = name === '$rename' && typeof operand === 'string' ? operand : undefined;
      return expandPath(path, expansion).map((expanded) => ({ operator, path: expanded, operand, target }));
    });
  });
}

/** Few changes have a placeholder in their paths, and only those need the document in its plain form. */
function expansionOf(document: Doc, filter: Doc, arrayFilters: readonly Doc[]): Expansion {
  let plain: Doc | undefined;
  return {
    get document() {
      return (plain ??= plainDoc(document));
    },
    filter,
    arrayFilters: compileFilters(arrayFilters),
  };
}

function compileFilters(arrayFilters: readonly Doc[]): Map<string, (element: unknown) => boolean> {
  const compiled = new Map<string, (element: unknown) => boolean>();
  for (const filter of arrayFilters) {
    const identifier = Object.keys(filter)[0]?.split('.')[0] ?? '';
    const matches = matcher(filter);
    compiled.set(identifier, (element) => matches({ [identifier]: element }));
  }
  return compiled;
}

function withSameId(before: unknown, after: Doc, inserting: boolean): Doc {
  if (inserting || before === after['_id'] || show(before) === show(after['_id'])) return after;
  const message = `Performing an update on the path '_id' would modify the immutable field '_id'`;
  throw new CommandError('ImmutableField', message);
}
