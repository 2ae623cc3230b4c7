import { Decimal128, Double, Int32, Long } from 'bson';

export type ExactNumber = Int32 | Double | Long | Decimal128;

/** Whether an exact value is a number. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return value instanceof Int32 || value instanceof Double || value instanceof Long || value instanceof Decimal128;
}

/** Adds or multiplies as MongoDB does: the wider type wins, and an int that overflows becomes a long. */
export function calculate(operation: 'add' | 'multiply', a: ExactNumber, b: ExactNumber): ExactNumber {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    return calculateDecimal(operation, a, b);
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

/** The digits of a decimal and the power of ten that they are multiplied with. */
interface Scaled {
  readonly digits: bigint;
  readonly exponent: number;
}

function calculateDecimal(operation: 'add' | 'multiply', a: ExactNumber, b: ExactNumber): Decimal128 {
  const [x, y] = [scaled(a), scaled(b)];
  // Infinity and NaN have no digits; a double has them too.
  if (x === undefined || y === undefined)
    return Decimal128.fromString(String(combine(operation, toNumber(a), toNumber(b))));
  if (operation === 'multiply') return decimal(x.digits * y.digits, x.exponent + y.exponent);
  const exponent = Math.min(x.exponent, y.exponent);
  const raised = ({ digits, exponent: own }: Scaled) => digits * 10n ** BigInt(own - exponent);
  return decimal(raised(x) + raised(y), exponent);
}

function scaled(value: ExactNumber): Scaled | undefined {
  // A double counts with its 15 significant digits, as mongod converts it.
  const text = value instanceof Double ? value.valueOf().toPrecision(15) : value.toString();
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = BigInt(sign + whole + fraction);
  return withoutZeros({ digits, exponent: Number(power) - fraction.length }, value instanceof Double);
}

/** Zeros at the end of a double's 15 digits are not its own. */
function withoutZeros(number: Scaled, trim: boolean): Scaled {
  let { digits, exponent } = number;
  for (; trim && exponent < 0 && digits % 10n === 0n; digits /= 10n) exponent += 1;
  return { digits, exponent };
}

function decimal(digits: bigint, exponent: number): Decimal128 {
  return Decimal128.fromStringWithRounding(`${digits}E${exponent}`);
}
