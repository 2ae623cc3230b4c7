import { Decimal128, Double, Int32, Long } from 'bson';

export type ExactNumber = Int32 | Double | Long | Decimal128;

/** Whether an exact value is a number. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return value instanceof Int32 || value instanceof Double || value instanceof Long || value instanceof Decimal128;
}

/** Adds or multiplies as MongoDB does: the wider type wins, and an int that overflows becomes a long. */
export function calculate(operation: 'add' | 'multiply', a: ExactNumber, b: ExactNumber): ExactNumber {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    // Decimals keep 15 significant digits here: the arithmetic is a double's.
    return Decimal128.fromString(String(combine(operation, toNumber(a), toNumber(b))));
  }
  if (a instanceof Double || b instanceof Double) return new Double(combine(operation, toNumber(a), toNumber(b)));
  const exact = operation === 'add' ? toBigInt(a) + toBigInt(b) : toBigInt(a) * toBigInt(b);
  const small = exact >= -(2n ** 31n) && exact < 2n ** 31n && a instanceof Int32 && b instanceof Int32;
  return small ? new Int32(Number(exact)) : Long.fromBigInt(exact);
}

function combine(operation: 'add' | 'multiply', a: number, b: number): number {
  return operation === 'add' ? a + b : a * b;
}

function toNumber(value: ExactNumber): number {
  return Number(value.toString());
}

function toBigInt(value: Int32 | Long): bigint {
  return BigInt(value.toString());
}
