import { probes } from '../probes/index.js';
import type { Probe } from '../probes/index.js';
import type { Scenario } from '@quickbite/scenarios/protocol';
import type { MeasurableClaim } from './claim.js';

/** What has to be measured to decide claims, each thing once. */
export interface Plan {
  readonly probes: readonly Probe[];
  /** Those that decide most claims a minute first. */
  readonly scenarios: readonly Scenario[];
  /** Claims that nothing here measures. */
  readonly notMeasurable: readonly MeasurableClaim[];
}

/** What the probes take together, with their engines: well below it on an idle machine. */
const PROBES_SECONDS = 150;

/**
 * @param seconds to stay within; everything when it is undefined. Decided beforehand by what scenarios say they take, so that the same
 * claims are decided each time
 */
export function planFor(
  claims: readonly MeasurableClaim[],
  catalog: readonly Scenario[],
  seconds: number | undefined,
): Plan {
  const chosen = probes.filter(({ id }) => claims.some((claim) => isMeasuredBy(claim, { probe: id })));
  const countOf = (scenario: Scenario): number =>
    claims.filter((claim) => isMeasuredBy(claim, { scenario: scenario.id })).length;
  const wanted = catalog
    .filter((scenario) => countOf(scenario) > 0)
    .sort((a, b) => countOf(b) / b.seconds - countOf(a) / a.seconds);
  let left = seconds === undefined ? Infinity : seconds - (chosen.length > 0 ? PROBES_SECONDS : 0);
  const scenarios = wanted.filter((scenario) => {
    if (scenario.seconds > left) return false;
    left -= scenario.seconds;
    return true;
  });
  return {
    probes: chosen,
    scenarios,
    notMeasurable: claims.filter(({ measured }) => 'notHere' in measured),
  };
}

/** What measures: a probe and a scenario may have the same id. */
export type Source = { readonly probe: string } | { readonly scenario: string };

export const isMeasuredBy = ({ measured }: MeasurableClaim, source: Source): boolean =>
  'probe' in source
    ? 'probe' in measured && measured.probe === source.probe
    : 'scenario' in measured && measured.scenario === source.scenario;
