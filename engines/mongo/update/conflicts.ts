import { CommandError } from '../commands/command-error.js';

/** @throws CommandError when two changes touch the same field, or one a part of the other's */
export function assertNoConflict(paths: readonly string[]): void {
  const sorted = [...paths].sort();
  sorted.forEach((path, index) => {
    const next = sorted[index + 1];
    if (next === undefined || (next !== path && !next.startsWith(`${path}.`))) return;
    throw new CommandError(
      'ConflictingUpdateOperators',
      `Updating the path '${next}' would create a conflict at '${path}'`,
    );
  });
}
