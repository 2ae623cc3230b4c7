import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { attachStack, defaultContext, findOrphans, listStacks, removeStack } from '@quickbite/runtime/stack';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { down, faultOf, kill, latency, partition, pause, titleOf } from '../faults/index.js';
import type { FaultPlan } from '../faults/index.js';
import { readKnobs } from '../probes/index.js';
import { targetContext } from '../testing/target-context.js';
import { labEndpoint } from './disturbances.js';
import { recover } from './recover.js';

const root = defaultContext().root;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(path.join(root, '.cache', 'recover-test-'));
  await build({
    entryPoints: [path.join(root, 'scenarios', 'testing', 'crashing-run.ts')],
    outfile: path.join(folder, 'crashing-run.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    external: ['zod', 'undici', 'bson', 'amqplib', 'dockerode'],
    logLevel: 'error',
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function crash(home: string, lifetime: 'run' | 'kept', plan: FaultPlan): Promise<void> {
  const child = spawn(process.execPath, [path.join(folder, 'crashing-run.mjs'), home, lifetime, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const early = exited.then(() => Promise.reject(new Error('the run ended before anything was broken')));
  await Promise.race([once(child.stdout, 'data'), early]);
  child.kill('SIGKILL');
  await early.catch(() => undefined);
}

const victim = 'restaurant-service';
const link = { from: 'api-gateway', to: victim };
const plans = [kill(victim), pause(victim), latency(link, { ms: 300 }), down(link), partition(link)];

test.each(plans.map((plan) => [titleOf(plan), plan] as const))(
  'what a killed run left broken by "%s" is made whole by recover, and a second recover finds nothing to do',
  async (title, plan) => {
    using context = targetContext();
    await crash(context.home, 'kept', plan);
    const stack = await attachStack('crash', context);
    try {
      const broken = await faultOf(plan).prove(stack, plan, 0);
      expect(broken.filter(({ holds }) => !holds)).toEqual([]);

      const [recovered] = await recover(context);
      expect(recovered?.problems).toEqual([]);
      expect(recovered?.did).toEqual([`undid "${title}"`, 'undid "1 knob of api-gateway"']);
      expect(await stack.process(victim).probe()).toEqual({ ready: true });
      expect(await stack.link(link.from, link.to).state()).toEqual({ enabled: true, toxics: [] });
      expect(await stack.link(link.from, link.to).probe()).toEqual({ ready: true });
      const knobs = await readKnobs(labEndpoint(stack, 'api-gateway'));
      expect(knobs.find((knob) => knob.name === 'breaker.enabled')?.value).toBe(true);
      expect(readdirSync(path.join(stack.folder, 'journal'))).toEqual([]);

      expect((await recover(context)).flatMap(({ did }) => did)).toEqual([]);
    } finally {
      await removeStack('crash', { force: true }, context);
    }
    expect(await findOrphans(context)).toEqual([]);
  },
);

test('a stack that was booted for a killed run is taken down, paused processes and all', async () => {
  using context = targetContext();
  await crash(context.home, 'run', pause(victim));
  const [recovered] = await recover(context);
  expect(recovered?.did[0]).toMatch(/took it down/);
  expect(await listStacks(context)).toEqual([]);
  expect(await findOrphans(context)).toEqual([]);
  expect(await recover(context)).toEqual([]);
});
