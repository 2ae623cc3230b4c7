import { CommandError } from '../commands/command-error.js';
import { matcher } from '../query/matcher.js';
import { isDoc, type Doc } from '../values/document.js';
import { valueAt } from '../values/paths.js';

/** What array placeholders in update paths refer to. Everything is plain. */
export interface Expansion {
  readonly document: Doc;
  readonly filter: Doc;
  readonly arrayFilters: ReadonlyMap<string, (element: unknown) => boolean>;
}

/** Replaces `$`, `$[]` and `$[name]` in a path by the indexes they stand for; one path may become several or none. */
export function expandPath(path: string, expansion: Expansion): string[] {
  const parts = path.split('.');
  const at = parts.findIndex((part) => part.startsWith('$'));
  if (at === -1) return [path];
  const [before, placeholder, after] = [parts.slice(0, at).join('.'), parts[at] ?? '', parts.slice(at + 1)];
  return indexes(before, placeholder, expansion).flatMap((index) =>
    expandPath([before, index, ...after].join('.'), expansion),
  );
}

function indexes(path: string, placeholder: string, { document, filter, arrayFilters }: Expansion): number[] {
  const array = valueAt(document, path);
  if (placeholder === '$') return [matchedIndex(path, array, filter)];
  const identifier = /^\$\[(\w*)\]$/.exec(placeholder)?.[1];
  const test = identifier === '' ? () => true : arrayFilters.get(identifier ?? '');
  if (test === undefined) {
    throw new CommandError(
      'BadValue',
      `No array filter found for identifier '${identifier ?? placeholder}' in path '${path}.${placeholder}'`,
    );
  }
  if (!Array.isArray(array)) {
    throw new CommandError(
      'BadValue',
      `The path '${path}' must exist in the document in order to apply array updates.`,
    );
  }
  return array.flatMap((element: unknown, index) => (test(element) ? [index] : []));
}

/** The first element that satisfies what the filter says about the array, as a match of the filter notes it. */
function matchedIndex(path: string, array: unknown, filter: Doc): number {
  const tests = elementTests(path, filter);
  const index =
    Array.isArray(array) && tests.length > 0 ? array.findIndex((element) => tests.every((test) => test(element))) : -1;
  if (index !== -1) return index;
  // Conditions on an array may be satisfied by different elements; any of them is a match then.
  const any = Array.isArray(array) ? array.findIndex((element) => tests.some((test) => test(element))) : -1;
  if (any !== -1) return any;
  throw new CommandError('BadValue', 'The positional operator did not find the match needed from the query.');
}

function elementTests(path: string, filter: Doc): ((element: unknown) => boolean)[] {
  return Object.entries(filter).flatMap(([key, condition]): ((element: unknown) => boolean)[] => {
    if (key === '$and' && Array.isArray(condition))
      return condition.filter(isDoc).flatMap((part) => elementTests(path, part));
    if (key.startsWith(`${path}.`)) {
      const matches = matcher({ [key.slice(path.length + 1)]: condition });
      return [(element) => isDoc(element) && matches(element)];
    }
    if (key !== path) return [];
    const elemMatch = isDoc(condition) ? condition['$elemMatch'] : undefined;
    const matches = matcher({ element: elemMatch === undefined ? condition : { $elemMatch: elemMatch } });
    return [(element) => matches({ element: elemMatch === undefined ? element : [element] })];
  });
}
