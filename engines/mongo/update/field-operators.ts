import { Double, Int32, Long, Timestamp } from 'bson';
import { CommandError } from '../commands/command-error.js';
import { copy, isDoc, show, toPlain, typeName } from '../values/document.js';
import { keyString } from '../values/key-string.js';
import { calculate, isExactNumber } from './numbers.js';
import type { Slot, UpdateOperator } from './update-slot.js';

/** Operators that change one value: https://www.mongodb.com/docs/manual/reference/operator/update-field/ */
export const fieldOperators = {
  $set: (slot, operand) => slot.set(copy(operand)),
  $setOnInsert: (slot, operand) => slot.set(copy(operand)),
  $unset: (slot) => slot.unset(),
  $inc: (slot, operand) => arithmetic('$inc', slot, operand),
  $mul: (slot, operand) => arithmetic('$mul', slot, operand),
  $min: (slot, operand) => {
    if (slot.value === undefined || keyString(operand) < keyString(slot.value)) slot.set(copy(operand));
  },
  $max: (slot, operand) => {
    if (slot.value === undefined || keyString(operand) > keyString(slot.value)) slot.set(copy(operand));
  },
  $rename: (slot, operand) => {
    if (typeof operand !== 'string')
      throw new CommandError('BadValue', `The 'to' field for $rename must be a string: ${slot.path}: ${show(operand)}`);
    slot.moveTo(operand);
  },
  $currentDate: (slot, operand) => {
    const wantsTimestamp = isDoc(operand) && operand['$type'] === 'timestamp';
    slot.set(wantsTimestamp ? new Timestamp({ t: Math.floor(slot.now.getTime() / 1000), i: 1 }) : slot.now);
  },
  $bit: (slot, operand) => {
    const [name, mask] = isDoc(operand) ? (Object.entries(operand)[0] ?? []) : [];
    const combined = bits(name, slot.value ?? new Int32(0), mask);
    if (combined === undefined) {
      throw new CommandError(
        'BadValue',
        `The $bit modifier expects { and | or | xor: <integer> } on an integer, got ${show(operand)} on ${show(slot.value)}`,
      );
    }
    slot.set(combined);
  },
} satisfies Record<string, UpdateOperator>;

function arithmetic(name: '$inc' | '$mul', slot: Slot, operand: unknown): void {
  if (!isExactNumber(operand)) {
    const verb = name === '$inc' ? 'increment' : 'multiply';
    throw new CommandError(
      'TypeMismatch',
      `Cannot ${verb} with non-numeric argument: {${slot.path}: ${show(operand)}}`,
    );
  }
  if (slot.value === undefined) {
    slot.set(name === '$inc' ? operand : calculate('multiply', operand, new Int32(0)));
    return;
  }
  if (!isExactNumber(slot.value)) {
    const field = slot.path.split('.').at(-1) ?? slot.path;
    const message = `Cannot apply ${name} to a value of non-numeric type. {_id: ${show(slot.documentId)}} has the field '${field}' of non-numeric type ${typeName(slot.value)}`;
    throw new CommandError('TypeMismatch', message);
  }
  slot.set(calculate(name === '$inc' ? 'add' : 'multiply', slot.value, operand));
}

function bits(name: string | undefined, value: unknown, mask: unknown): Int32 | Long | undefined {
  if ((!(value instanceof Int32) && !(value instanceof Long)) || (!(mask instanceof Int32) && !(mask instanceof Long)))
    return undefined;
  const [a, b] = [BigInt(String(toPlain(value))), BigInt(String(toPlain(mask)))];
  const result = name === 'and' ? a & b : name === 'or' ? a | b : name === 'xor' ? a ^ b : undefined;
  if (result === undefined) return undefined;
  return value instanceof Long || mask instanceof Long ? Long.fromBigInt(result) : new Int32(Number(result));
}

/** The plain integer in an exact operand such as `$slice`'s, or `undefined`. */
export function integerOf(value: unknown): number | undefined {
  if (!(value instanceof Int32) && !(value instanceof Long) && !(value instanceof Double)) return undefined;
  const number = Number(value.toString());
  return Number.isInteger(number) ? number : undefined;
}
