import { bootStack, listStacks } from '@quickbite/runtime/stack';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readKnobs } from '../probes/index.js';
import { onTarget, targetContext } from '../testing/target-context.js';
import { ARMS } from './arm.js';
import type { ArmRun } from './arm.js';
import { labEndpoint } from './disturbances.js';
import { defineScenario, exactly, ratio, runExperiment } from './index.js';
import type { Experiment, RunOptions, RunResult } from './index.js';

const knob = 'breaker.volumeThreshold';
const valueOf = (run: ArmRun): Promise<unknown> =>
  run
    .api()
    .get('/internal/knobs', { headers: { 'x-lab-key': run.secret('lab') } })
    .then((answer) => {
      const { knobs } = answer
        .expect(200)
        .read(z.object({ knobs: z.array(z.object({ name: z.string(), value: z.unknown() })) }));
      return knobs.find(({ name }) => name === knob)?.value;
    });

/** A story without a load, on the stand-in for the stack. */
function storyOf(story: (run: ArmRun) => Promise<void>, checks: Experiment['checks'] = []): Experiment {
  const scenario = defineScenario({
    ...{ id: 'test', title: 'Test', question: '?', summary: '', seconds: 1, concepts: [], questions: [], claims: [] },
    services: [],
    parameters: z.object({}),
    defect: { file: '', from: '', to: '', refutes: '' },
    arms: () => ({ undefended: { client: { patient: false } }, defended: { client: { patient: true } } }),
    variants: () => ({
      undefended: { one: {} },
      defended: { two: { 'api-gateway': { [knob]: 2 } }, three: { 'api-gateway': { [knob]: 3 } } },
    }),
    prediction: { question: '?', options: [], answer: () => 0 },
    story,
    checks: () => checks,
    why: () => ['', ''],
  });
  return onTarget(scenario.withSettings([]));
}

async function run(experiment: Experiment, changed: Partial<RunOptions> = {}): Promise<RunResult> {
  using context = targetContext();
  const options = { context, stackId: 'test', keep: false, seed: 1, arms: ARMS, onProgress: () => undefined };
  const result = await runExperiment(experiment, { ...options, signal: new AbortController().signal, ...changed });
  expect(await listStacks(context)).toEqual([]);
  return result;
}

test('variants set their knobs one after the other, and what each measured is kept apart', async () => {
  const seen: unknown[] = [];
  const { record, measured } = await run(
    storyOf(
      async (told) => {
        await told.eachVariant(async (name) => {
          await told.phase(name, { what: 'looks' }, async () => {
            const value = await valueOf(told);
            seen.push([name, value]);
            told.record('threshold', Number(value));
            await told.burst('crowd', 5, () => ({ path: '/health/live' }));
          });
        });
        seen.push(await valueOf(told));
      },
      [
        { arm: 'defended', name: 'two', target: exactly(2), measure: (m) => m.variant('two').value('threshold') },
        {
          arm: 'defended',
          name: 'crowd',
          target: exactly(5),
          measure: (m) =>
            m
              .variant('three')
              .samples.tagged('crowd')
              .measure((s) => s.answered.count),
        },
        {
          arm: 'both',
          name: 'three / one',
          target: exactly(0.6),
          measure: (m) =>
            ratio(m.defended.variant('three').value('threshold'), m.undefended.variant('one').value('threshold')),
        },
      ],
    ),
  );
  expect(seen).toEqual([['one', 5], 5, ['two', 2], ['three', 3], 5]);
  expect(record.reasons).toEqual([]);
  expect(record.outcome).toBe('proved');
  expect(record.arms.defended?.variants.map(({ name }) => name)).toEqual(['two', 'three']);
  expect(record.arms.defended?.schedule).toBeNull();
  expect(measured.get('defended')?.samples.tagged('crowd').count).toBe(10);
});

test('the knobs of the people of a story are told apart by arm, and sent to no service', async () => {
  const seen: boolean[] = [];
  await run(
    storyOf((told) => Promise.resolve(void seen.push(told.client(z.object({ patient: z.boolean() })).patient))),
  );
  expect(seen).toEqual([false, true]);
});

test('knobs that a failed story had changed are put back', async () => {
  using context = targetContext();
  await using stack = await bootStack({ id: 'test', lifetime: 'kept' }, context);
  const before = await readKnobs(labEndpoint(stack, 'api-gateway'));
  const story = storyOf((told) =>
    told.withKnobs({ 'api-gateway': { [knob]: 99 } }, async () => {
      await told.until('pigs fly', () => Promise.resolve(undefined), 200);
    }),
  );
  const options = { context, stackId: 'test', keep: false, seed: 1, arms: ARMS, onProgress: () => undefined };
  const { record } = await runExperiment(story, { ...options, signal: new AbortController().signal });
  expect(record).toMatchObject({ outcome: 'inconclusive', reasons: ['It was not seen within 0.2 s that pigs fly.'] });
  expect(await readKnobs(labEndpoint(stack, 'api-gateway'))).toEqual(before);
});

test('an answer that the story needs and does not get is a doubt about the run', async () => {
  const { record } = await run(
    storyOf(async (told) => {
      (await told.api(told.cast.customers[0]).post('/api/nowhere', {})).expect(201);
    }),
  );
  expect(record.outcome).toBe('inconclusive');
  expect(record.reasons[0]).toMatch(/^POST \/api\/nowhere answered 404, expected 201/);
});

test('an arm with fewer instances begins with the others killed, and ends with them back', async () => {
  const seen: unknown[] = [];
  const experiment = storyOf(async (told) => {
    const look = await told.api(undefined, { at: 'api-gateway-2' }).get('/health/live');
    seen.push(look.status ?? look.error?.split(' ')[1]);
  });
  const needs = { ...experiment.card.needs, instances: { 'api-gateway': 2 } };
  const running = { undefended: { 'api-gateway': 1 }, defended: { 'api-gateway': 2 } };
  await run({ ...experiment, running, card: { ...experiment.card, needs } });
  expect(seen).toEqual(['ECONNREFUSED', 200]);
});

test('knobs of a service reach each of its instances, and are put back there', async () => {
  using context = targetContext();
  const instances = { 'api-gateway': 2 };
  await using stack = await bootStack({ id: 'test', lifetime: 'kept', instances }, context);
  const read = async (name: string): Promise<unknown> =>
    (await readKnobs(labEndpoint(stack, name))).find((one) => one.name === knob)?.value;
  const before = await read('api-gateway-2');
  const seen: unknown[] = [];
  const story = storyOf((told) =>
    told.withKnobs({ 'api-gateway': { [knob]: 99 } }, async () => {
      seen.push(await read('api-gateway'), await read('api-gateway-2'));
    }),
  );
  const options = { context, stackId: 'test', keep: false, seed: 1, arms: ARMS.slice(1), onProgress: () => undefined };
  await runExperiment(story, { ...options, signal: new AbortController().signal });
  expect(seen).toEqual([99, 99]);
  expect(await read('api-gateway-2')).toEqual(before);
});

test('a stack that is up and lacks a link or an instance is not used', async () => {
  using context = targetContext();
  await using stack = await bootStack({ id: 'test', lifetime: 'kept' }, context);
  expect(stack.links).toEqual([]);
  const experiment = storyOf(() => Promise.resolve());
  const needs = {
    ...experiment.card.needs,
    links: [{ from: 'api-gateway', to: 'restaurant-service' }],
    instances: { 'api-gateway': 2 },
  };
  const options = { context, stackId: 'test', keep: false, seed: 1, arms: ARMS, onProgress: () => undefined };
  const running = runExperiment(
    { ...experiment, card: { ...experiment.card, needs } },
    { ...options, signal: new AbortController().signal },
  );
  await expect(running).rejects.toThrow(
    'The stack "test" is up, but without 2 instances of api-gateway, a proxy in the link api-gateway:restaurant-service',
  );
});

test('with a pace, each phase begins when it says so, and the evidence tells that it was presented', async () => {
  const paced: string[] = [];
  const begun: string[] = [];
  const story = storyOf((told) =>
    told.phase('only', { what: 'happens' }, () => Promise.resolve(void begun.push('only'))),
  );
  const { record } = await run(story, {
    pace: ({ arm, phase, what }) => {
      expect(begun).toHaveLength(paced.length);
      return Promise.resolve(void paced.push(`${arm} ${phase} ${what}`));
    },
  });
  expect(paced).toEqual(['undefended only happens', 'defended only happens']);
  expect(record.presented).toBe(true);
});
