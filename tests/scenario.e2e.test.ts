import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readEvidence } from '@quickbite/scenarios/protocol';
import { expect, test } from 'vitest';
import { openLab, SHORTENED } from './lab.js';
import { leftovers } from './leftovers.js';
import { patchedCheckout } from './patched-checkout.js';

interface Reported {
  readonly runId: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
}

const reported = (stdout: string): Reported => JSON.parse(stdout) as Reported;

test('the circuit breaker is proved on the real stack, the evidence is saved, and nothing is left', async () => {
  using lab = openLab();
  const { code, stdout, stderr } = await lab.run('scenario', 'circuit-breaker', '--json');
  const record = reported(stdout);
  expect(record.reasons, stderr).toEqual([]);
  expect(record.outcome).toBe('proved');
  expect(code).toBe(0);
  expect(await readEvidence(join(lab.home, 'runs', record.runId, 'result.json'))).toMatchObject({ outcome: 'proved' });
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

test('a gateway whose breaker does nothing is refuted', async () => {
  using checkout = patchedCheckout({
    file: 'shared/dist/resilience/breaker.js',
    from: 'enabled: settings.enabled,\n      timeout',
    to: 'enabled: false,\n      timeout',
  });
  using lab = openLab(checkout.root);
  const { code, stdout, stderr } = await lab.run('scenario', 'circuit-breaker', '--json', ...SHORTENED);
  const record = reported(stdout);
  expect(record.outcome, stderr).toBe('refuted');
  expect(record.reasons.join()).toContain('fault to open');
  expect(code).toBe(1);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

test('a kill that kills nobody is inconclusive', async () => {
  using checkout = patchedCheckout({
    file: 'scenarios/dist/faults/kill.js',
    from: 'inject: (stack, { target }) => stack.process(target).kill()',
    to: 'inject: () => Promise.resolve()',
  });
  using lab = openLab(checkout.root);
  const { code, stdout, stderr } = await lab.run(
    'scenario',
    'circuit-breaker',
    '--json',
    '--set',
    'fault=kill',
    ...SHORTENED,
  );
  const record = reported(stdout);
  expect(record.outcome, stderr).toBe('inconclusive');
  expect(record.reasons.join()).toContain('"kill restaurant-service" was not seen to take effect');
  expect(code).toBe(2);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

test('the report is readable in a pipe, and a stack that is up is used and left up', async () => {
  using lab = openLab();
  const up = await lab.run('up', '--engine', 'rabbitmq=embedded', '--json');
  expect(up.code, up.stderr).toBe(0);
  const { code, stdout, stderr } = await lab.run('scenario', 'circuit-breaker', '--set', 'fault=kill', ...SHORTENED);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  expect(stderr).toContain('Using the stack "default", which is up');
  expect(stdout).toContain('✓ proved  Circuit breaker');
  expect(stdout + stderr).not.toContain('\u001B');
  expect(existsSync(join(lab.home, 'stacks', 'default', 'lock'))).toBe(false);
  const knobs = await lab.run('knobs', 'api-gateway');
  expect(knobs.stdout).toContain('as it runs now');
  expect(knobs.stdout).not.toContain('•');
  expect((await lab.run('down')).code).toBe(0);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

test('the list is what one gets without an id, and with "list"', async () => {
  using lab = openLab();
  const [bare, list] = [await lab.run('scenario'), await lab.run('scenario', 'list')];
  expect(list).toEqual(bare);
  expect(list.code).toBe(0);
  expect(list.stdout).toMatch(/Resilience\n +circuit-breaker +50 s +never/);
});

test('an unknown scenario suggests the nearest one, and an unknown parameter lists them', async () => {
  using lab = openLab();
  const unknown = await lab.run('scenario', 'circuit-brekaer');
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "quickbite scenario circuit-breaker"?') as string,
  });
  const wrong = await lab.run('scenario', 'circuit-breaker', '--set', 'rte=1');
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('requests per second, in both arms') as string,
  });
});
