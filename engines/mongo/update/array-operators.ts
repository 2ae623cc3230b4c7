import { CommandError } from '../commands/command-error.js';
import { matcher } from '../query/matcher.js';
import { copy, isDoc, plainDoc, show, toPlain, typeName } from '../values/document.js';
import { descending, keyString } from '../values/key-string.js';
import { valueAt } from '../values/paths.js';
import { integerOf } from './field-operators.js';
import type { Slot, UpdateOperator } from './update-slot.js';

/** Operators that change arrays: https://www.mongodb.com/docs/manual/reference/operator/update-array/ */
export const arrayOperators = {
  $push: (slot, operand) => {
    const { each, position, slice, sort } = modifiers(operand);
    let items = [...arrayIn(slot, `The field '${slot.path}' must be an array but is`)];
    const at = position === undefined ? items.length : position < 0 ? Math.max(0, items.length + position) : position;
    items.splice(at, 0, ...each);
    if (sort !== undefined) items = sorted(items, sort);
    if (slice !== undefined) items = slice < 0 ? items.slice(slice) : items.slice(0, slice);
    slot.set(items);
  },
  $addToSet: (slot, operand) => {
    const { each } = modifiers(operand);
    const items = [...arrayIn(slot, `Cannot apply $addToSet to non-array field. Field named '${slot.path}' is`)];
    const known = new Set(items.map((item) => keyString(item)));
    for (const item of each) {
      const key = keyString(item);
      if (!known.has(key)) items.push(item);
      known.add(key);
    }
    slot.set(items);
  },
  $pop: (slot, operand) => {
    const items = existing(slot, '$pop');
    const end = integerOf(operand);
    if (end !== 1 && end !== -1)
      throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${show(operand)}`);
    if (items !== undefined) slot.set(end === 1 ? items.slice(0, -1) : items.slice(1));
  },
  $pull: (slot, operand) => {
    const items = existing(slot, '$pull');
    if (items === undefined) return;
    const pulled = pullTest(operand);
    slot.set(items.filter((item) => !pulled(item)));
  },
  $pullAll: (slot, operand) => {
    if (!Array.isArray(operand))
      throw new CommandError('BadValue', `$pullAll requires an array argument but was given a ${typeName(operand)}`);
    const items = existing(slot, '$pullAll');
    const unwanted = new Set(operand.map((item) => keyString(item)));
    if (items !== undefined) slot.set(items.filter((item) => !unwanted.has(keyString(item))));
  },
} satisfies Record<string, UpdateOperator>;

interface PushModifiers {
  readonly each: readonly unknown[];
  readonly position: number | undefined;
  readonly slice: number | undefined;
  readonly sort: unknown;
}

function modifiers(operand: unknown): PushModifiers {
  if (!isDoc(operand) || !('$each' in operand))
    return { each: [copy(operand)], position: undefined, slice: undefined, sort: undefined };
  const each = operand['$each'];
  if (!Array.isArray(each))
    throw new CommandError(
      'TypeMismatch',
      `The argument to $each must be an array but it was of type ${typeName(each)}`,
    );
  return {
    each: copy<unknown[]>(each),
    position: integerOf(operand['$position']),
    slice: integerOf(operand['$slice']),
    sort: operand['$sort'],
  };
}

function arrayIn(slot: Slot, complaint: string): readonly unknown[] {
  if (slot.value === undefined) return [];
  if (Array.isArray(slot.value)) return slot.value as unknown[];
  const message = `${complaint} of type ${typeName(slot.value)} in document {_id: ${show(slot.documentId)}}`;
  throw new CommandError('BadValue', message);
}

/** The array to take from; nothing to do where the field is missing. */
function existing(slot: Slot, operator: string): readonly unknown[] | undefined {
  if (slot.value === undefined) return undefined;
  if (Array.isArray(slot.value)) return slot.value as unknown[];
  throw new CommandError(
    'BadValue',
    `Cannot apply ${operator} to a non-array value: ${slot.path} is of type ${typeName(slot.value)}`,
  );
}

/** What `$pull` removes: elements equal to a value, or matching a condition on the element or on its fields. */
function pullTest(operand: unknown): (item: unknown) => boolean {
  const plain = toPlain(operand);
  if (!isDoc(plain)) {
    if (!(plain instanceof RegExp)) return (item) => keyString(item) === keyString(operand);
    return (item) => typeof item === 'string' && plain.test(item);
  }
  if (Object.keys(plain)[0]?.startsWith('$') === true) {
    const matches = matcher({ item: plain });
    return (item) => matches({ item: toPlain(item) });
  }
  const matches = matcher(plain);
  return (item) => isDoc(item) && matches(plainDoc(item));
}

function sorted(items: readonly unknown[], spec: unknown): unknown[] {
  const keyOf = (item: unknown): string => {
    if (!isDoc(spec)) return directed(item, spec);
    return Object.entries(spec)
      .map(([path, direction]) => directed(isDoc(item) ? valueAt(item, path) : undefined, direction))
      .join('');
  };
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

function directed(value: unknown, direction: unknown): string {
  const key = keyString(value);
  return integerOf(direction) === -1 ? descending(key) : key;
}
