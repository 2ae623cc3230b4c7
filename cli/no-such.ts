import { ExpectedError } from '@quickbite/runtime/errors';
import { nearestName } from './nearest-name.js';

/**
 * Nothing has that id.
 * @param kind what was looked for, in a word
 * @param known the ids that there are; the nearest one is named
 * @param next what to type: with an id, the command that was meant; `list`, the one that lists them
 */
export function noSuch(
  kind: string,
  id: string,
  known: readonly string[],
  next: { readonly meant: (id: string) => string; readonly list: string },
): ExpectedError {
  const nearest = nearestName(id, known);
  return new ExpectedError(`There is no ${kind} "${id}".`, {
    next: nearest === undefined ? `List them with "${next.list}".` : `Did you mean "${next.meant(nearest)}"?`,
    exitCode: 2,
  });
}
