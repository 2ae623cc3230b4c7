export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Prints a line of a table: what, and its figures. */
export function row(...cells: readonly string[]): void {
  const [title = '', ...rest] = cells;
  process.stdout.write(`${title.padEnd(46)}${rest.map((cell) => cell.padStart(20)).join('')}\n`);
}

/** The median with the range. */
export function spread(numbers: readonly number[], digits: number): string {
  const text = (number: number): string => number.toFixed(digits);
  return `${text(median(numbers))} (${text(Math.min(...numbers))}-${text(Math.max(...numbers))})`;
}
