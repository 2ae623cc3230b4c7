import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bootStack, findOrphans, listStacks } from '@quickbite/runtime/stack';
import { expect, test } from 'vitest';
import { circuitBreaker } from '../catalog/circuit-breaker/scenario.js';
import { readKnobs } from '../probes/index.js';
import { onTarget, targetContext } from '../testing/target-context.js';
import { ARMS } from './arm.js';
import { labEndpoint } from './disturbances.js';
import type { ProgressEvent } from './events.js';
import { runExperiment } from './run-experiment.js';
import type { Experiment } from './scenario.js';

function shortened(): Experiment {
  const times = [
    'wrongIdsMs=500',
    'steadyMs=500',
    'outageMs=3000',
    'recoveryMs=1000',
    'timeoutMs=500',
    'windowMs=1000',
    'resetMs=500',
  ];
  const experiment = circuitBreaker.withSettings(times);
  return onTarget(experiment);
}

const moments: readonly { when: string; is: (event: ProgressEvent) => boolean }[] = [
  { when: 'the stack boots', is: (event) => event.type === 'boot' },
  { when: 'preflight runs', is: (event) => event.type === 'preflight-started' },
  { when: 'the load runs', is: (event) => event.type === 'phase-started' },
  { when: 'a service is broken', is: (event) => event.type === 'fault-proved' },
];

test.each(moments)('interrupted while $when, everything is undone and the stack is gone', async ({ is }) => {
  using context = targetContext();
  const stop = new AbortController();
  const reason = new Error('enough');
  const onProgress = (event: ProgressEvent): void => {
    if (is(event)) stop.abort(reason);
  };
  const options = { context, stackId: 'test', keep: false, seed: 1, arms: ARMS, onProgress, signal: stop.signal };
  await expect(runExperiment(shortened(), options)).rejects.toBe(reason);
  expect(await listStacks(context)).toEqual([]);
  expect(await findOrphans(context)).toEqual([]);
});

test('interrupted on a stack that was up, the stack stays up, healed, and the evidence says so', async () => {
  using context = targetContext();
  await using stack = await bootStack({ id: 'test', lifetime: 'kept' }, context);
  const before = await readKnobs(labEndpoint(stack, 'api-gateway'));
  const stop = new AbortController();
  const onProgress = (event: ProgressEvent): void => {
    if (event.type === 'fault-proved') stop.abort(new Error('enough'));
  };
  const options = { context, stackId: 'test', keep: false, seed: 1, arms: ARMS, onProgress, signal: stop.signal };
  await expect(runExperiment(shortened(), options)).rejects.toThrow('enough');
  expect((await stack.process('restaurant-service').probe()).ready).toBe(true);
  expect(await readKnobs(labEndpoint(stack, 'api-gateway'))).toEqual(before);
  expect(readdirSync(path.join(stack.folder, 'journal'))).toEqual([]);
  const [run = ''] = readdirSync(path.join(context.home, 'runs'));
  expect(readFileSync(path.join(context.home, 'runs', run, 'result.json'), 'utf8')).toContain(
    '"outcome": "interrupted"',
  );
});

test('evidence that cannot be saved is said, and the verdict is still there', async () => {
  using context = targetContext();
  writeFileSync(path.join(context.home, 'runs'), 'a file in the way');
  const story = { ...shortened(), checks: [] };
  const options = {
    context,
    stackId: 'test',
    keep: false,
    seed: 1,
    arms: ['defended'] as const,
    onProgress: () => undefined,
  };
  const { record, evidence } = await runExperiment(story, { ...options, signal: new AbortController().signal });
  expect(record.reasons).toEqual(['There was nothing to check.']);
  expect(evidence).toMatchObject({ saved: false, reason: expect.stringContaining('a file is in the way') as string });
  rmSync(path.join(context.home, 'runs'));
  mkdirSync(path.join(context.home, 'runs'));
});
