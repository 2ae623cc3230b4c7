import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Scenario } from '../protocol/index.js';
import { storyOf } from './catalog-folders.js';
import type { Problem } from './problem.js';

/** The defect of a scenario must still fit the built code, and name a check of the scenario. */
export function lintDefect(root: string, scenario: Scenario): readonly Problem[] {
  const { file, from, to, refutes } = scenario.defect;
  const problems = [...misfits(path.join(root, file), file, from)];
  if (from === to) problems.push('has a defect that changes nothing');
  const { checks } = scenario.withSettings([]);
  if (!checks.some((check) => check.name === refutes))
    problems.push(`has a defect that is to refute "${refutes}", which is none of its checks`);
  return problems.map((message) => ({ file: storyOf(scenario.id), message }));
}

function misfits(at: string, file: string, from: string): readonly string[] {
  if (!existsSync(at)) return [`has a defect in ${file}, which does not exist: expected a built file`];
  const times = readFileSync(at, 'utf8').split(from).length - 1;
  return times === 1 ? [] : [`has a defect for what ${file} says ${String(times)} times, expected once: ${from}`];
}
