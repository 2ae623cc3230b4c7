import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { askVersion } from '@quickbite/runtime/docker';
import { attachStack, defaultContext } from '@quickbite/runtime/stack';
import { openReaders } from '@quickbite/scenarios/readers';
import { describe, expect, it } from 'vitest';
import { thingsOf } from './docker-things.js';
import { openLab, SHORTENED } from './lab.js';
import type { EndedCommand, Lab } from './lab.js';
import { leftovers } from './leftovers.js';

const noEngine = await askVersion().then(
  () => undefined,
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);

/** Of the engines that are no services of ours, those that can be had everywhere. */
const IN_CONTAINERS = [
  '--launcher',
  'docker',
  ...['mongo', 'toxiproxy'].flatMap((name) => ['--engine', `${name}=embedded`]),
];
const BROKEN = 'restaurant-service is paused';
const LINK = 'restaurant-service:redis';

async function must(ending: Promise<EndedCommand>): Promise<EndedCommand> {
  const ended = await ending;
  expect(ended.code, `${ended.stderr}\n${ended.stdout}`).toBe(0);
  return ended;
}

/** Nothing of the home is left: no container, network or volume, no folder. */
async function expectNothingLeft(lab: Lab): Promise<void> {
  expect(thingsOf(lab.home)).toEqual([]);
  expect(await leftovers({ home: lab.home })).toEqual([]);
}

const ledgerOf = async (lab: Lab) => {
  const readers = openReaders(await attachStack('default', { ...defaultContext(), home: lab.home }));
  return readers.ledger();
};

/** What a process answers to the question whether it is ready. */
const answersOf = async (lab: Lab, name: string): Promise<number | 'nothing'> => {
  const { url } = (await attachStack('default', { ...defaultContext(), home: lab.home })).process(name);
  return fetch(`${url}/health/ready`).then(
    ({ status }) => status,
    () => 'nothing' as const,
  );
};

describe.skipIf(noEngine)(`a stack in containers${noEngine ? `: skipped, ${noEngine}` : ''}`, () => {
  it('carries orders from end to end, breaks, is healed after a crash, and goes without a trace', async () => {
    using lab = openLab();
    const up = await must(lab.run('up', ...IN_CONTAINERS, '--link', LINK, '--json'));
    const report = JSON.parse(up.stdout) as { processes: { name: string; status: string }[] };
    expect(report.processes.filter(({ status }) => status !== 'ready')).toEqual([]);
    expect(thingsOf(lab.home)).toContainEqual(expect.stringMatching(/^container quickbite-\w+-default-order-service$/));

    // Its preflight drives real orders, which are paid, through every service.
    const proved = await must(lab.run('scenario', 'circuit-breaker', ...SHORTENED));
    expect(proved.stdout).toContain('proved');
    const paid = await ledgerOf(lab);
    expect(paid.charges.length).toBeGreaterThan(0);
    expect((await must(lab.run('logs', 'order-service', '-n', '1000'))).stdout).toContain('path=/api/orders');

    const taken = JSON.parse((await must(lab.run('stats', '--json'))).stdout) as { name: string; limitBytes: number }[];
    expect(taken.map(({ name }) => name).sort()).toEqual(report.processes.map(({ name }) => name).sort());
    expect(taken).toContainEqual(expect.objectContaining({ name: 'order-service', limitBytes: 256 * 1024 ** 2 }));

    const cutOff = await must(lab.run('fault', 'isolate', 'order-service', '--json'));
    expect(JSON.parse(cutOff.stdout)).toMatchObject({ proof: Array(3).fill(expect.objectContaining({ holds: true })) });
    expect(await answersOf(lab, 'order-service')).toBe('nothing');
    await must(lab.run('recover'));
    expect(await answersOf(lab, 'order-service')).toBe(200);

    await must(lab.run('fault', 'kill', 'payment-provider'));
    await must(lab.run('fault', 'undo'));
    expect((await ledgerOf(lab)).charges).toEqual(paid.charges);

    for (const fault of ['partition', 'down', 'reset']) {
      await must(lab.run('fault', fault, LINK));
      await must(lab.run('fault', 'undo'));
    }

    await must(lab.run('up', '--stack', 'second', ...IN_CONTAINERS, '--services', 'payment-provider'));
    await must(lab.run('down', '--stack', 'second'));

    const crashing = lab.start('scenario', 'circuit-breaker', ...SHORTENED);
    await crashing.says(BROKEN);
    crashing.child.kill('SIGKILL');
    await crashing.ended;
    expect((await must(lab.run('recover'))).stdout).toContain('default: undid "pause restaurant-service"');
    const { stdout } = await must(lab.run('status', '--json'));
    expect(stdout).not.toMatch(/"status": "(not ready|paused|stopped|gone)"/);

    await must(lab.run('down'));
    await expectNothingLeft(lab);
  });

  it.each([
    ['is being booted', 'redis ready'],
    ['has a service paused', BROKEN],
  ])('is gone after Ctrl-C while it %s', async (_, says) => {
    using lab = openLab();
    const command = lab.start('scenario', 'circuit-breaker', ...IN_CONTAINERS, ...SHORTENED);
    await command.says(says);
    command.child.kill('SIGINT');
    const { code, stderr } = await command.ended;
    expect(code, stderr).toBe(130);
    await expectNothingLeft(lab);
  });

  it('whose boot is killed is found by its labels, also without its folder', async () => {
    using lab = openLab();
    const command = lab.start('up', ...IN_CONTAINERS, '--services', 'payment-provider,redis');
    await command.says('ready');
    command.child.kill('SIGKILL');
    await command.ended;
    rmSync(join(lab.home, 'stacks'), { recursive: true });
    expect(thingsOf(lab.home)).not.toEqual([]);
    await must(lab.run('down', '--all'));
    await expectNothingLeft(lab);
  });

  it('says what to do about an image that cannot be pulled', async () => {
    using lab = openLab();
    process.env['QUICKBITE_IMAGE_MONGO'] = 'localhost:1/nobody/has:this';
    try {
      const refused = await lab.run('up', '--launcher', 'docker', '--services', 'user-service');
      expect(refused.stderr).toContain('The image localhost:1/nobody/has:this cannot be pulled.');
      expect(refused.stderr).toContain('QUICKBITE_IMAGE_MONGO=<image>');
    } finally {
      delete process.env['QUICKBITE_IMAGE_MONGO'];
    }
    await expectNothingLeft(lab);
  });
});
