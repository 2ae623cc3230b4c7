import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant; undefined when none is near. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(given, known);
  // More than two in five letters wrong is a guess, not a typing error.
  return distance(given, nearest) <= Math.max(2, Math.floor(nearest.length * 0.4)) ? nearest : undefined;
}
