import { probes } from '../probes/index.js';
import type { Probe } from '../probes/index.js';
import { suites } from '../suites/index.js';
import type { Suite } from '../suites/index.js';
import type { Scenario } from '@quickbite/scenarios/protocol';
import type { MeasurableClaim } from './claim.js';

/** What has to be measured to decide claims, each thing once. */
export interface Plan {
  readonly probes: readonly Probe[];
  /** Those that decide most claims a minute first. */
  readonly scenarios: readonly Scenario[];
  readonly suites: readonly Suite[];
  /** Claims that nothing here measures. */
  readonly notMeasurable: readonly MeasurableClaim[];
}

/** What the probes take together, with their engines: well below it on an idle machine. */
const PROBES_SECONDS = 150;
/** What one benchmark takes, as `verifyClaims` runs it. */
const SUITE_SECONDS = 120;

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
  const fits = (cost: number): boolean => {
    if (cost > left) return false;
    left -= cost;
    return true;
  };
  const asked = suites.filter(({ id }) => claims.some((claim) => isMeasuredBy(claim, { bench: id })));
  const benches = asked.filter(() => fits(SUITE_SECONDS));
  const scenarios = wanted.filter((scenario) => fits(scenario.seconds));
  return {
    probes: chosen,
    scenarios,
    suites: benches,
    notMeasurable: claims.filter(({ measured }) => 'notHere' in measured),
  };
}

/** What measures: a probe, a benchmark and a scenario may have the same id. */
export type Source = { readonly probe: string } | { readonly bench: string } | { readonly scenario: string };

export function isMeasuredBy({ measured }: MeasurableClaim, source: Source): boolean {
  if ('probe' in source) return 'probe' in measured && measured.probe === source.probe;
  if ('bench' in source) return 'bench' in measured && measured.bench === source.bench;
  return 'scenario' in measured && measured.scenario === source.scenario;
}
