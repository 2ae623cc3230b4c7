import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { ArmMeasurements, Experiment } from '@quickbite/scenarios/protocol';
import type { Theme } from './theme.js';

const MARGIN = 2;
const GAP = 2;
const WIDEST_BAR = 60;
const NUMBER_WIDTH = 10;

/** One bar: an arm, or a variant of one. */
interface Row {
  readonly label: string;
  readonly value: number | undefined;
}

/** The main values of a story, one bar for each arm or each of its variants, all of one value to the same scale. */
export function renderBars(
  experiment: Experiment,
  arms: readonly ArmMeasurements[],
  theme: Theme,
  columns: number,
): string {
  const sign = theme.symbols.ok === '✓' ? '█' : '#';
  return experiment.bars
    .flatMap(({ value: name, unit }) => {
      const rows = arms.flatMap((arm) => rowsOf(arm, name));
      const labels = Math.max(...rows.map(({ label }) => label.length));
      const room = Math.min(WIDEST_BAR, columns - MARGIN - labels - GAP - NUMBER_WIDTH);
      const most = Math.max(1e-9, ...rows.map(({ value }) => value ?? 0));
      return [
        `${' '.repeat(MARGIN)}${theme.muted(unit === undefined ? name : `${name}, ${unit}`)}`,
        ...rows.map(({ label, value }) => {
          const bar = sign.repeat(barLength(value, most, room));
          const number = formatMeasured(value ?? null);
          return `${' '.repeat(MARGIN)}${label.padEnd(labels + GAP)}${bar}${bar === '' ? '' : ' '}${number}`;
        }),
      ];
    })
    .join('\n');
}

/** Something that is not nothing has at least one sign. */
function barLength(value: number | undefined, most: number, room: number): number {
  if (value === undefined || value <= 0) return 0;
  return Math.max(1, Math.round((value / most) * room));
}

function rowsOf(measured: ArmMeasurements, name: string): readonly Row[] {
  const { arm, variants } = measured.facts;
  const row = (label: string, of: ArmMeasurements): Row => {
    const { value } = of.value(name);
    return { label, value: typeof value === 'number' ? value : undefined };
  };
  if (variants.length === 0) return [row(arm, measured)];
  return variants.map((variant) => row(`${arm}: ${variant.name}`, measured.variant(variant.name)));
}
