/** A double the way Redis 7.2 writes it: the shortest text that reads back as the same number. */
export function formatDouble(value: number): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  if (Number.isNaN(value)) return 'nan';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A double without an exponent, as INCRBYFLOAT and HINCRBYFLOAT store it. */
export function formatPlain(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  return !text.includes('e') ? text : value.toFixed(20).replace(/\.?0+$/, '');
}
