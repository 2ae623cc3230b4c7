import { CommandError } from '../commands/command-error.js';
import { isDoc, type Doc } from './document.js';

/** How strings are compared. `binary` is MongoDB's default; the other two are ICU strengths 2 and 1. */
export type Collation = 'binary' | 'caseInsensitive' | 'caseAndAccentInsensitive';

/** Maps a string to the one that stands for all that the collation holds equal to it. */
export const fold: Record<Collation, (text: string) => string> = {
  binary: (text) => text,
  caseInsensitive: (text) => text.normalize('NFC').toLowerCase(),
  caseAndAccentInsensitive: (text) => stripAccents(text).toLowerCase(),
};

/** Removes combining marks: `crème` becomes `creme`. */
export function stripAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '');
}

/** Reads a command's `collation`. Strength 3 and above compares by code point here; ICU's tailoring is not imitated. */
export function parseCollation(spec: unknown): Collation {
  if (!isDoc(spec) || spec['locale'] === 'simple') return 'binary';
  if (spec['numericOrdering'] === true) {
    throw new CommandError('BadValue', 'collation option numericOrdering is not supported by the embedded engine');
  }
  const strength = Number(spec['strength'] ?? 3);
  if (strength === 1) return 'caseAndAccentInsensitive';
  return strength === 2 ? 'caseInsensitive' : 'binary';
}

/** Folds every string inside a value, so that a comparison of the results compares as the collation does. */
export function foldDeep(value: unknown, collation: Collation): unknown {
  if (collation === 'binary') return value;
  if (typeof value === 'string') return fold[collation](value);
  if (Array.isArray(value)) return value.map((item) => foldDeep(item, collation));
  if (value instanceof RegExp) {
    throw new CommandError(
      'BadValue',
      'a regular expression together with a collation is not supported by the embedded engine',
    );
  }
  if (!isDoc(value)) return value;
  const folded: Doc = {};
  for (const key in value) folded[key] = key === '$regex' ? foldDeep(/./, collation) : foldDeep(value[key], collation);
  return folded;
}
