import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { attachStack, bootStack } from '@quickbite/runtime/stack';
import type { StackLink, StartedStack } from '@quickbite/runtime/stack';
import { afterAll, beforeAll, describe as suite, expect, test } from 'vitest';
import { injectFault, labEndpoint, undo } from '../protocol/disturbances.js';
import { openJournal } from '../protocol/journal.js';
import { readKnobs, setKnobs } from '../probes/index.js';
import { askOnce } from '../probes/http-answer.js';
import type { HttpOutcome } from '../probes/http-answer.js';
import { targetContext } from '../testing/target-context.js';
import type { TargetContext } from '../testing/target-context.js';
import {
  bandwidth,
  describe,
  down,
  faultOf,
  isolate,
  kill,
  latency,
  partition,
  pause,
  reset,
  restart,
  stop,
  timeout,
  titleOf,
} from './index.js';
import type { FaultPlan } from './index.js';

const VICTIM = 'restaurant-service';
const LINK = { from: 'api-gateway', to: VICTIM };
const WAIT_MS = 1_500;

let context: TargetContext;
let stack: StartedStack;
let link: StackLink;

beforeAll(async () => {
  context = targetContext();
  stack = await bootStack({ id: 'faults', lifetime: 'run', links: [LINK] }, context);
  link = stack.link(LINK.from, LINK.to);
  mkdirSync(path.join(stack.folder, 'journal'), { recursive: true });
});
afterAll(async () => {
  await stack.down();
  context[Symbol.dispose]();
});

const journal = () => openJournal(stack.folder);
const overLink = (): Promise<HttpOutcome> => askOnce(`${link.url}/health/live`, WAIT_MS);
const pastIt = (): Promise<HttpOutcome> => askOnce(`${stack.process(VICTIM).url}/health/live`, WAIT_MS);
const unproved = async (plan: FaultPlan): Promise<string[]> =>
  (await faultOf(plan).prove(stack, plan, Date.now() + 60_000))
    .filter(({ holds }) => !holds)
    .map(({ statement }) => statement);

/** What a caller gets while the fault is in effect, over the link and past it. */
const cases: readonly (readonly [FaultPlan, HttpOutcome['type'], HttpOutcome['type']])[] = [
  [kill(VICTIM), 'error', 'error'],
  [stop(VICTIM), 'error', 'error'],
  [pause(VICTIM), 'silence', 'silence'],
  [restart(VICTIM), 'answer', 'answer'],
  [restart(VICTIM, { graceful: true }), 'answer', 'answer'],
  [latency(LINK, { ms: 300, jitterMs: 50 }), 'answer', 'answer'],
  [bandwidth(LINK, { kbps: 128 }), 'answer', 'answer'],
  [timeout(LINK), 'silence', 'answer'],
  [partition(LINK), 'silence', 'answer'],
  [reset(LINK), 'error', 'answer'],
  [down(LINK), 'error', 'answer'],
];

suite.each(cases.map(([plan, over, past]) => ({ title: titleOf(plan), plan, over, past })))(
  'the fault "$title"',
  ({ plan, over, past }) => {
    test('is not proved before it is injected', async () => {
      expect(await unproved(plan)).not.toEqual([]);
    });

    test('proves itself, is felt by callers as it says, is undone from another handle, and undoing it twice does no harm', async () => {
      const before = Date.now();
      const { entry, proof } = await injectFault(stack, journal(), 'test', plan);
      expect(proof.filter(({ holds }) => !holds)).toEqual([]);
      expect([(await overLink()).type, (await pastIt()).type]).toEqual([over, past]);
      if (plan.fault === 'restart') expect(stack.process(VICTIM).launchedAt).toBeGreaterThanOrEqual(before);

      const other = await attachStack(stack.id, context);
      const [pending] = await openJournal(other.folder).pending();
      expect(pending?.disturbance).toEqual({ kind: 'fault', plan });
      await undo(other, entry.disturbance);
      await undo(other, entry.disturbance);
      await journal().settle(entry);
      expect([(await overLink()).type, (await pastIt()).type]).toEqual(['answer', 'answer']);
      expect(await link.state()).toEqual({ enabled: true, toxics: [] });
    });
  },
);

test('latency is as long as it says, and gone afterwards', async () => {
  const { entry } = await injectFault(stack, journal(), 'test', latency(LINK, { ms: 400 }));
  expect((await overLink()).ms).toBeGreaterThanOrEqual(395);
  await undo(stack, entry.disturbance);
  await journal().settle(entry);
  expect((await link.state()).toxics).toEqual([]);
});

test('timeout lets questions arrive and swallows the answers; partition lets nothing pass, either way', async () => {
  const arrives = async (plan: FaultPlan, value: number): Promise<[boolean, string[]]> => {
    const { entry } = await injectFault(stack, journal(), 'test', plan);
    const streams = (await link.state()).toxics.map(({ stream }) => stream);
    const over = { service: VICTIM, url: link.url, labKey: stack.labKey };
    await expect(setKnobs(over, { 'upstream.timeoutMs': value })).rejects.toThrow('got no answer');
    const knobs = await readKnobs(labEndpoint(stack, VICTIM));
    await undo(stack, entry.disturbance);
    await journal().settle(entry);
    return [knobs.find(({ name }) => name === 'upstream.timeoutMs')?.value === value, streams.sort()];
  };
  expect(await arrives(timeout(LINK), 1111)).toEqual([true, ['downstream']]);
  expect(await arrives(partition(LINK), 2222)).toEqual([false, ['downstream', 'upstream']]);
});

test('isolate refuses where processes have no network of their own, says why, and leaves nothing to undo', async () => {
  await expect(injectFault(stack, journal(), 'test', isolate(VICTIM))).rejects.toMatchObject({
    message: `${VICTIM} cannot be isolated: as a process it has no network of its own.`,
    next: expect.stringContaining('--launcher docker') as string,
  });
  expect(await journal().pending()).toEqual([]);
});

test('several faults of one link are undone one by one', async () => {
  const slow = await injectFault(stack, journal(), 'test', latency(LINK, { ms: 50 }));
  const closed = await injectFault(stack, journal(), 'test', down(LINK));
  await undo(stack, slow.entry.disturbance);
  expect(await link.state()).toEqual({ enabled: false, toxics: [] });
  await undo(stack, closed.entry.disturbance);
  for (const { entry } of [slow, closed]) await journal().settle(entry);
  expect((await overLink()).type).toBe('answer');
});

suite('what a stack cannot do is refused before anything is journalled, and says what to do', () => {
  const direct = { from: 'api-gateway', to: 'elsewhere' };
  test.each([
    ['a link that is direct', () => latency(direct, { ms: 10 }), /--link api-gateway:elsewhere/],
    ['a partition with a link that is direct', () => partition(LINK, direct), /--link api-gateway:elsewhere/],
    ['a process that there is not', () => kill('nothing'), /Choose one of .*restaurant-service/],
  ])('%s', async (_what, plan, next) => {
    await expect(injectFault(stack, journal(), 'test', plan())).rejects.toMatchObject({
      name: 'ExpectedError',
      next: expect.stringMatching(next) as string,
    });
    expect(readdirSync(path.join(stack.folder, 'journal'))).toEqual([]);
    expect(await link.state()).toEqual({ enabled: true, toxics: [] });
  });

  test('the same fault twice', async () => {
    const first = await injectFault(stack, journal(), 'test', timeout(LINK));
    await expect(injectFault(stack, journal(), 'test', timeout(LINK))).rejects.toThrow(
      'has the fault "timeout" already',
    );
    await undo(stack, first.entry.disturbance);
    await journal().settle(first.entry);
    const paused = await injectFault(stack, journal(), 'test', pause(VICTIM));
    await expect(injectFault(stack, journal(), 'test', pause(VICTIM))).rejects.toThrow('paused already');
    await undo(stack, paused.entry.disturbance);
    await journal().settle(paused.entry);
  });
});

test('each fault is described as a sentence that names where it is', () => {
  for (const [plan] of cases)
    expect(describe(plan)).toMatch(/^(restaurant-service|api-gateway:restaurant-service)\b.{10,}/);
  expect(describe(latency(LINK, { ms: 200, jitterMs: 20 }))).toBe(
    'api-gateway:restaurant-service is slow: answers come 200 ms later (give or take 20 ms)',
  );
});
