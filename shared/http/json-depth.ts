import { AppError } from '../errors/index.js';

/** Arrays and objects within each other, in a body. Ours have five at most; what is deeper was made to be expensive to walk. */
const DEEPEST = 32;

/** @throws AppError `invalid-request` when a parsed body is nested too deeply */
export function requireShallow(body: unknown): void {
  let level = [body].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > DEEPEST)
      throw new AppError(
        'invalid-request',
        `The body is nested too deeply: expected at most ${DEEPEST} arrays and objects within each other.`,
      );
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
