import type { Theme } from './theme.js';

/** Signs for a share of the whole, nothing first. */
export interface Levels {
  readonly levels: readonly string[];
  /** Points at a moment of a row from below. */
  readonly mark: string;
}

const BLOCKS: Levels = { levels: ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], mark: '↑' };
const PLAIN: Levels = { levels: ['.', '-', '=', '#'], mark: '^' };

/** The signs that the terminal can show. */
export const levelsOf = (theme: Theme): Levels => (theme.symbols.ok === '✓' ? BLOCKS : PLAIN);

/** The sign for a share from 0 to 1; what is not nothing is seen. */
export function levelSign(share: number, { levels }: Levels): string {
  const top = levels.length - 1;
  const level = share <= 0 ? 0 : Math.max(1, Math.min(top, Math.floor(share * top + 1e-9)));
  return levels[level] ?? '';
}
