import { formatMeasured } from '@quickbite/scenarios/protocol';
import type { ArmMeasurements, Experiment } from '@quickbite/scenarios/protocol';
import { drawBars } from './bars.js';
import type { Bar } from './bars.js';
import type { Theme } from './theme.js';

/** The main values of a story, one bar for each arm or each of its variants, all of one value to the same scale. */
export function renderBars(
  experiment: Experiment,
  arms: readonly ArmMeasurements[],
  theme: Theme,
  columns: number,
): string {
  return experiment.bars
    .flatMap(({ value: name, unit }) => {
      const title = unit === undefined ? name : `${name}, ${unit}`;
      return drawBars(
        title,
        arms.flatMap((arm) => barsOf(arm, name)),
        theme,
        columns,
      );
    })
    .join('\n');
}

function barsOf(measured: ArmMeasurements, name: string): readonly Bar[] {
  const { arm, variants } = measured.facts;
  const bar = (label: string, of: ArmMeasurements): Bar => {
    const { value } = of.value(name);
    const number = typeof value === 'number' ? value : undefined;
    return { label, value: number, text: formatMeasured(number ?? null) };
  };
  if (variants.length === 0) return [bar(arm, measured)];
  return variants.map((variant) => bar(`${arm}: ${variant.name}`, measured.variant(variant.name)));
}
