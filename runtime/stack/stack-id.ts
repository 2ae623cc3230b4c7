import { ExpectedError } from '../errors/index.js';

export const DEFAULT_STACK = 'default';

/** Checks the name of a stack: it becomes a folder. */
export function parseStackId(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/.test(id)) return id;
  throw new ExpectedError(`"${id}" cannot be the name of a stack.`, {
    next: 'Use up to 40 letters, digits and dashes, e.g. "--stack my-lab".',
    exitCode: 2,
  });
}
