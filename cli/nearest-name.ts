import { closest, distance } from 'fastest-levenshtein';

/** Fewer letters are part of many names. */
const A_WORD = 3;

/** The known name that was probably meant: the shortest of which it is a part, or one that differs by a typing error; undefined when none is near. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(given, known);
  // More than two in five letters wrong is a guess, not a typing error.
  if (distance(given, nearest) <= Math.max(2, Math.floor(nearest.length * 0.4))) return nearest;
  const longer = given.length < A_WORD ? [] : known.filter((name) => name.includes(given));
  return longer.sort((a, b) => a.length - b.length)[0];
}
