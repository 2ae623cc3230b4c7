import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLab } from './lab.js';
import { leftovers } from './leftovers.js';

/** The story of the timeouts at a third of its length, on engines that start fast. */
const SHORT = [
  ...['steadyMs=1000', 'outageMs=3000', 'recoveryMs=1500'].flatMap((setting) => ['--set', setting]),
  ...['mongo', 'redis', 'rabbitmq'].flatMap((engine) => ['--engine', `${engine}=embedded`]),
];

interface Line {
  readonly type: string;
  readonly record?: {
    readonly runId: string;
    readonly outcome: string;
    readonly repeated: { readonly n: number };
  };
}

const exitCodeOf = (outcomes: readonly string[]): number =>
  outcomes.includes('refuted') ? 1 : outcomes.includes('inconclusive') ? 2 : 0;

test('repeated runs are streamed as lines of JSON, and can be listed, shown, compared and exported', async () => {
  using lab = openLab();
  const { code, stdout, stderr } = await lab.run('scenario', 'timeouts', '--repeat', '2', '--stream-json', ...SHORT);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const records = lines.flatMap(({ record }) => record ?? []);
  // What a machine that is busy with other tests makes of a verdict is the catalogue's business.
  const outcomes = records.map(({ outcome }) => outcome);
  expect(outcomes, stderr).toHaveLength(2);
  expect(records.map(({ repeated }) => repeated.n)).toEqual([1, 2]);
  expect(code, outcomes.join()).toBe(exitCodeOf(outcomes));
  expect(lines.map(({ type }) => type)).toEqual(expect.arrayContaining(['stack', 'fault-proved', 'phase-finished']));
  expect(await leftovers({ home: lab.home })).toEqual([]);

  const [first = '', second = ''] = records.map(({ runId }) => runId);
  const list = await lab.run('runs', '--scenario', 'timeouts');
  for (const shortId of [first, second].map((runId) => runId.slice(-6))) expect(list.stdout).toContain(shortId);
  expect((await lab.run('runs', 'show', 'timeouts')).stdout).toMatch(new RegExp(`${outcomes[1] ?? ''}  Timeouts`));
  const compared = await lab.run('runs', 'compare', first, second);
  expect(compared.stdout, compared.stderr).toMatch(/undefended: longest wait .*(within the noise|none)/);
  const page = join(lab.home, 'page.html');
  expect((await lab.run('runs', 'export', first, '--out', page)).code).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain('class="line defended"');
  expect(await lab.run('runs', 'show', 'nothing')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no run "nothing".') as string,
  });
  expect(existsSync(join(lab.home, 'stacks', 'default'))).toBe(false);
});

test('presenting needs a terminal', async () => {
  using lab = openLab();
  expect(await lab.run('scenario', 'timeouts', '--present')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--present needs a terminal') as string,
  });
});
