import { expect, test } from 'vitest';
import { openLab, SHORTENED } from './lab.js';
import { leftovers, processesOf } from './leftovers.js';

const BROKEN = 'restaurant-service is paused';

const moments: readonly { signal: NodeJS.Signals; when: string; says: string }[] = [
  { signal: 'SIGINT', when: 'the stack boots', says: 'redis ready' },
  { signal: 'SIGTERM', when: 'real orders are driven', says: '10 processes ready' },
  { signal: 'SIGINT', when: 'a service is paused', says: BROKEN },
  { signal: 'SIGHUP', when: 'a service is paused', says: BROKEN },
];

test.each(moments)('$signal while $when undoes everything and ends with 130', async ({ signal, says }) => {
  using lab = openLab();
  const command = lab.start('scenario', 'circuit-breaker', ...SHORTENED);
  await command.says(says);
  command.child.kill(signal);
  // A second one must neither cut the clean-up short nor be swallowed.
  command.child.kill(signal);
  const { code, stderr } = await command.ended;
  expect(stderr).toContain('cleaning up');
  expect(code, stderr).toBe(130);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

test('an output that is closed in the middle of a run undoes everything', async () => {
  using lab = openLab();
  const command = lab.start('scenario', 'circuit-breaker', ...SHORTENED);
  await command.says(BROKEN);
  command.child.stderr?.destroy();
  const { code } = await command.ended;
  expect(code).toBe(130);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

test('after kill -9 in the middle of a run, recover takes everything down', async () => {
  using lab = openLab();
  const command = lab.start('scenario', 'circuit-breaker', ...SHORTENED);
  await command.says(BROKEN);
  command.child.kill('SIGKILL');
  await command.ended;
  expect(processesOf(lab.home).length).toBeGreaterThan(0);
  const recovered = await lab.run('recover');
  expect(recovered.code, recovered.stderr).toBe(0);
  expect(await leftovers({ home: lab.home })).toEqual([]);
  expect((await lab.run('recover')).stdout).toContain('Nothing to recover.');
});

test('after kill -9 on a stack that was up, recover heals it and leaves it up', async () => {
  using lab = openLab();
  const up = await lab.run('up', '--engine', 'rabbitmq=embedded', '--json');
  expect(up.code, up.stderr).toBe(0);
  const command = lab.start('scenario', 'circuit-breaker', ...SHORTENED);
  await command.says(BROKEN);
  command.child.kill('SIGKILL');
  await command.ended;
  const recovered = await lab.run('recover');
  expect(recovered.stdout).toContain('default: undid "pause restaurant-service"');
  expect(recovered.code).toBe(0);
  const status = await lab.run('status', '--json');
  expect(status.stdout).not.toMatch(/"status": "(not ready|paused|stopped|gone)"/);
  expect((await lab.run('knobs', 'api-gateway')).stdout).not.toContain('•');
  expect((await lab.run('down')).code).toBe(0);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});
