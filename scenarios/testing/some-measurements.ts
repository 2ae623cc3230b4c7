import { ArmMeasurements } from '../protocol/index.js';
import type { ArmName } from '../protocol/index.js';

/** A value as a story records it; what is left out does not matter to the test. */
interface Recorded {
  readonly name: string;
  readonly value: number;
  readonly counted?: boolean;
  readonly phase?: string;
  readonly variant?: string;
}

const START = 1_000_000;

/** An arm in which nothing happened. */
export const noMeasurements = (arm: ArmName): ArmMeasurements => recorded(arm, []);

/** An arm in which a story recorded these values, in the phase `early` where they name none, and in one variant called `lock`. */
export function recorded(arm: ArmName, values: readonly Recorded[]): ArmMeasurements {
  return new ArmMeasurements({
    arm,
    startedAt: START,
    endedAt: START + 1_000,
    samples: [],
    phases: [],
    faults: [],
    variants: [{ name: 'lock', knobs: {}, startedAt: START, endedAt: START + 1_000 }],
    values: values.map((value) => ({ counted: false, phase: 'early', samples: 1, at: START, ...value })),
    readings: new Map(),
  });
}
