import type { RunRecord } from '@quickbite/scenarios/protocol';
import type { Figure, Measurement } from '../measurement/figure.js';
import { figureOf } from '../measurement/repetitions.js';
import type { Measured } from './measured.js';

type Wanted = Extract<Measured, { scenario: string }>['figures'];

/** How checks write their units, and figures theirs; what checks count has none. */
const UNITS: Readonly<Record<string, Figure['unit']>> = { ms: 'ms', s: 's', '%': '%', times: 'ratio' };

/**
 * The figures that checks of a scenario measured, in one run or in several. What a check could not decide, because it had too few
 * samples or because the run is doubtful, is withheld.
 */
export function figuresOfRuns(wanted: Wanted, runs: readonly RunRecord[]): Measurement {
  const figures: Record<string, Figure> = {};
  const withheld: Record<string, string> = {};
  for (const [name, { arm, check: checkName }] of Object.entries(wanted)) {
    const made = runs.flatMap(({ outcome, checks }) =>
      outcome === 'inconclusive' || outcome === 'interrupted'
        ? []
        : checks.filter((check) => check.name === checkName && check.arm === arm && check.outcome !== 'undecided'),
    );
    const numbers = made.flatMap(({ measured }) => (typeof measured === 'number' ? [measured] : []));
    const samples = made.reduce((sum, check) => sum + check.samples, 0);
    if (numbers.length > 0) figures[name] = figureOf(UNITS[made[0]?.unit ?? ''] ?? 'count', numbers, samples);
    else withheld[name] = `The scenario came to no measurement of "${checkName}".`;
  }
  return { figures, withheld };
}
