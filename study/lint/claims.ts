import { figuresOf, outcomesOf } from '@quickbite/benchmarks/claims';
import type { Verdict } from '@quickbite/benchmarks/claims';
import { probes } from '@quickbite/benchmarks/probes';
import { suites } from '@quickbite/benchmarks/suites';
import { storyOf } from '@quickbite/scenarios/lint';
import type { Problem } from '@quickbite/scenarios/lint';
import { explanationsOf } from '../pages/index.js';
import type { Claim } from '../pages/index.js';
import type { Study } from './study.js';

/**
 * Every claim is measured by something that exists, by figures that it has, and explains each verdict that its rule leaves open;
 * a scenario that measures one names it.
 */
export function lintClaims({ catalog, claims }: Study): readonly Problem[] {
  return claims.flatMap((claim) =>
    [...lintMeasured(claim, catalog), ...lintExplanations(claim)].map((message) => ({ file: claim.file, message })),
  );
}

function lintMeasured({ id, measured, rule }: Claim, catalog: Study['catalog']): readonly string[] {
  if ('notHere' in measured || !rule) return [];
  const needed = figuresOf(rule);
  if ('probe' in measured) return lintFigures('probe', measured.probe, probes, needed);
  if ('bench' in measured) return lintFigures('benchmark', measured.bench, suites, needed);
  const scenario = catalog.find((one) => one.id === measured.scenario);
  if (!scenario)
    return [`is measured by the scenario "${measured.scenario}", which has no folder in scenarios/catalog`];
  const { checks } = scenario.withSettings([]);
  const unnamed = scenario.claims.includes(id)
    ? []
    : [`is measured by ${storyOf(scenario.id)}, which does not name it`];
  const missing = needed
    .filter((name) => !(name in measured.figures))
    .map((name) => `needs the figure "${name}", which it does not name`);
  const unmade = Object.values(measured.figures)
    .filter(({ arm, check }) => !checks.some((made) => made.name === check && made.arm === arm))
    .map(
      ({ arm, check }) => `is measured by the check "${check}" (${arm}), which ${storyOf(scenario.id)} does not make`,
    );
  return [...unnamed, ...missing, ...unmade];
}

/** Of what is measured by something that names its figures itself. */
function lintFigures(
  kind: 'probe' | 'benchmark',
  id: string,
  all: readonly { readonly id: string; readonly figures: Readonly<Record<string, unknown>> }[],
  needed: readonly string[],
): readonly string[] {
  const found = all.find((one) => one.id === id);
  if (!found) return [`is measured by the ${kind} "${id}", which does not exist`];
  return needed
    .filter((name) => !(name in found.figures))
    .map((name) => `needs the figure "${name}", which the ${kind} "${id}" does not measure`);
}

function lintExplanations(claim: Claim): readonly string[] {
  const { outcomes, unknown } = explanationsOf(claim);
  const open: readonly Verdict[] = claim.rule ? outcomesOf(claim.rule) : ['not measurable here'];
  // What is measured here may not be measurable elsewhere, so that it may be explained but need not be.
  const allowed: readonly Verdict[] = [...open, 'not measurable here'];
  return [
    ...open.filter((verdict) => !outcomes.get(verdict)).map((verdict) => `does not explain the verdict "${verdict}"`),
    ...[...outcomes.keys()]
      .filter((verdict) => !allowed.includes(verdict))
      .map((verdict) => `explains the verdict "${verdict}", to which its rule cannot come`),
    ...unknown.map((heading) => `has the section "${heading}", which explains no verdict`),
  ];
}
