import { CommandError, errors } from '../resp/command-error.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { parseFloatStrictly, parseInteger } from './parse-numbers.js';

/** SORT, with elements, keys or fields of hashes to sort by and to get. */
export const sortCommands: readonly Command[] = [
  command('sort', -2, 'write', (call, args) => {
    const query = parse(args, { mayStore: true });
    const found = sorted(call, args[1], query);
    if (query.target === undefined) return found;
    // What is not there becomes an empty element in a list.
    const data = found.map((element) => element ?? '');
    if (data.length === 0) call.db.delete(query.target);
    else call.db.set(query.target, { type: 'list', data });
    return data.length;
  }),
  command('sort_ro', -2, 'read', (call, args) => sorted(call, args[1], parse(args, { mayStore: false })) as Reply),
];

interface SortQuery {
  /** A pattern whose star stands for the element; undefined: the element itself. */
  by: string | undefined;
  readonly get: string[];
  alphabetic: boolean;
  descending: boolean;
  offset: number;
  /** Negative for no limit. */
  limit: number;
  target: string | undefined;
}

function parse(args: readonly string[], { mayStore }: { readonly mayStore: boolean }): SortQuery {
  const options = new OptionReader(args, 2);
  const query: SortQuery = {
    ...{ by: undefined, get: [], alphabetic: false, descending: false },
    ...{ offset: 0, limit: -1, target: undefined },
  };
  while (!options.atEnd()) {
    const option = options.option();
    if (option === 'ASC') query.descending = false;
    else if (option === 'DESC') query.descending = true;
    else if (option === 'ALPHA') query.alphabetic = true;
    else if (option === 'BY') query.by = options.word();
    else if (option === 'GET') query.get.push(options.word());
    else if (option === 'STORE' && mayStore) query.target = options.word();
    else if (option === 'LIMIT') {
      const [offset = '', limit = ''] = options.words(2);
      query.offset = parseInteger(offset);
      query.limit = parseInteger(limit);
    } else throw errors.syntax();
  }
  return query;
}

function sorted({ db }: Call, key: string, query: SortQuery): (string | null)[] {
  const { by, get, descending } = query;
  const elements = elementsOf(db, key);
  // A pattern without a star is the same for every element: Redis's way to ask for no sorting.
  const ordered = by !== undefined && !by.includes('*') ? elements : inOrder(db, elements, query);
  if (descending && ordered !== elements) ordered.reverse();
  const start = Math.max(0, query.offset);
  const page = ordered.slice(start, query.limit < 0 ? undefined : start + query.limit);
  if (get.length === 0) return page;
  return page.flatMap((element) => get.map((pattern) => lookUp(db, pattern, element)));
}

function inOrder(db: Call['db'], elements: readonly string[], { by, alphabetic }: SortQuery): string[] {
  const weighed = elements.map((element) => {
    const text = by === undefined ? element : lookUp(db, by, element);
    return { element, text: text ?? '', weight: alphabetic ? 0 : weightOf(text) };
  });
  weighed.sort(
    (a, b) => a.weight - b.weight || (alphabetic ? compare(a.text, b.text) : 0) || compare(a.element, b.element),
  );
  return weighed.map(({ element }) => element);
}

function weightOf(text: string | null): number {
  // As C reads numbers, no digits at all are zero.
  if (text === null || text === '') return 0;
  return parseFloatStrictly(text, () => new CommandError("ERR One or more scores can't be converted into double"));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function elementsOf(db: Call['db'], key: string): string[] {
  const value = db.readEntry(key)?.value;
  switch (value?.type) {
    case undefined:
      return [];
    case 'list':
    case 'set':
      return [...value.data];
    case 'zset':
      return [...value.data].map(({ member }) => member);
    case 'string':
    case 'hash':
      throw errors.wrongType();
  }
}

/** What the pattern names for an element: `#` itself, `name:*` a string, `name:*->field` a field of a hash. */
function lookUp(db: Call['db'], pattern: string, element: string): string | null {
  if (pattern === '#') return element;
  const star = pattern.indexOf('*');
  if (star === -1) return null;
  const arrow = pattern.indexOf('->', star);
  const isField = arrow !== -1 && arrow + 2 < pattern.length;
  const key = pattern.slice(0, star) + element + pattern.slice(star + 1, isField ? arrow : undefined);
  const value = db.entry(key)?.value;
  if (isField) return value?.type === 'hash' ? (value.data.get(pattern.slice(arrow + 2)) ?? null) : null;
  return value?.type === 'string' ? value.data : null;
}
