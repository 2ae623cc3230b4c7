import { readFileSync } from 'node:fs';
import { listStacks } from '@quickbite/runtime/stack';
import { expect, test, vi } from 'vitest';
import { pauseFault } from '../faults/pause.js';
import { circuitBreaker } from '../catalog/circuit-breaker/scenario.js';
import { onTarget, targetContext } from '../testing/target-context.js';
import type { Flaw } from '../testing/target-context.js';
import { ARMS } from './arm.js';
import type { ProgressEvent } from './events.js';
import { runExperiment } from './run-experiment.js';
import type { RunResult } from './run-experiment.js';
import { runRecord } from './run-record.js';
import type { Experiment } from './scenario.js';

/** The circuit-breaker story at a tenth of its length, on the stand-in's services. */
function shortened(...settings: string[]): Experiment {
  const times = [
    'wrongIdsMs=500',
    'steadyMs=800',
    'outageMs=4000',
    'recoveryMs=2500',
    'timeoutMs=500',
    'windowMs=1000',
    'resetMs=800',
  ];
  const experiment = circuitBreaker.withSettings([...times, 'rate=60', ...settings]);
  return onTarget(experiment);
}

async function run(
  flaw: Flaw,
  experiment: Experiment,
  events: ProgressEvent[] = [],
): Promise<{ result: RunResult; stacksLeft: number }> {
  using context = targetContext(flaw);
  const result = await runExperiment(experiment, {
    context,
    stackId: 'test',
    keep: false,
    seed: 7,
    arms: ARMS,
    onProgress: (event) => void events.push(event),
    signal: new AbortController().signal,
  });
  if (!result.evidence.saved) throw new Error(result.evidence.reason);
  expect(runRecord.parse(JSON.parse(readFileSync(result.evidence.file, 'utf8')))).toEqual(result.record);
  return { result, stacksLeft: (await listStacks(context)).length };
}

const outcomes = (result: RunResult): unknown[] =>
  result.record.checks.map(({ name, measured, outcome }) => ({ name, measured, outcome }));

test('a breaker that works is proved, and nothing is left of the stack', async () => {
  const events: ProgressEvent[] = [];
  const { result, stacksLeft } = await run('none', shortened(), events);
  expect(result.record.reasons, JSON.stringify(outcomes(result))).toEqual([]);
  expect(result.record.outcome).toBe('proved');
  expect(result.record.arms.undefended?.schedule).toBe(result.record.arms.defended?.schedule);
  expect(result.record.arms.undefended?.faults[0]?.proof.every((statement) => statement.holds)).toBe(true);
  expect(stacksLeft).toBe(0);
  expect(events.filter((event) => event.type === 'phase-finished')).toHaveLength(8);
});

test('a kill is refused at once instead of hanging, and is proved as well', async () => {
  const { result } = await run('none', shortened('fault=kill'));
  expect(result.record.reasons, JSON.stringify(outcomes(result))).toEqual([]);
  expect(result.record.outcome).toBe('proved');
});

test('a breaker that never opens is refuted', async () => {
  const { result, stacksLeft } = await run('never-opens', shortened());
  expect(result.record.outcome).toBe('refuted');
  expect(result.record.reasons.join()).toContain('fault to open');
  expect(stacksLeft).toBe(0);
});

test('a stack that does not work makes the run inconclusive before anything is broken', async () => {
  const events: ProgressEvent[] = [];
  const { result } = await run('no-restaurants', shortened(), events);
  expect(result.record.outcome).toBe('inconclusive');
  expect(result.record.reasons[0]).toMatch(/Preflight: 3 restaurants read: GET \/api\/restaurants\/\w+ answered 500/);
  expect(events.some((event) => event.type === 'fault-proved')).toBe(false);
});

test('a fault that takes no effect makes the run inconclusive, whatever the checks would have said', async () => {
  const inject = vi.spyOn(pauseFault, 'inject').mockResolvedValue();
  try {
    const { result, stacksLeft } = await run('none', shortened());
    expect(result.record.outcome).toBe('inconclusive');
    expect(result.record.reasons[0]).toMatch(
      /"pause restaurant-service" was not seen to take effect .*stopped: running/,
    );
    expect(stacksLeft).toBe(0);
  } finally {
    inject.mockRestore();
  }
});
