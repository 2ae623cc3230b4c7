import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { scriptedStack } from '../testing/scripted-stack.js';
import type { ScriptedStack } from '../testing/scripted-stack.js';
import { bootStack } from './boot-stack.js';
import { joinNeighbourhood, neighboursOf } from './neighbours.js';

const labs: ScriptedStack[] = [];
afterEach(async () => {
  // Each, also when another complains.
  const ends = await Promise.allSettled(labs.splice(0).map((lab) => lab.dispose()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
});

async function lab(port?: number): Promise<ScriptedStack['context']> {
  const scripted = await scriptedStack({ web: port === undefined ? {} : { port } });
  labs.push(scripted);
  return scripted.context;
}

it('a lab leaves another the port of a process that an experiment has killed', async () => {
  await using first = await bootStack({ lifetime: 'run' }, await lab());
  const { port } = first.process('web');
  await first.process('web').kill();
  await using second = await bootStack({ lifetime: 'run' }, await lab(port));
  expect(second.process('web').port).toBe(port + 100);
  await first.process('web').start();
  expect((await first.process('web').probe()).ready).toBe(true);
});

it('labs that boot at the same time choose different ports', async () => {
  const wanted = (await lab()).catalogue[0]?.port ?? 0;
  const contexts = await Promise.all(Array.from({ length: 4 }, () => lab(wanted)));
  const stacks = await Promise.all(contexts.map((context) => bootStack({ lifetime: 'run' }, context)));
  try {
    expect(stacks.map((stack) => stack.process('web').port).sort()).toEqual([0, 100, 200, 300].map((n) => wanted + n));
  } finally {
    await Promise.all(stacks.map((stack) => stack.down()));
  }
});

it('a home that is gone is forgotten', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quickbite-neighbours-'));
  try {
    const homes = ['one', 'two'].map((name) => join(folder, name));
    for (const home of homes) {
      mkdirSync(join(home, 'stacks'), { recursive: true });
      joinNeighbourhood(folder, home);
    }
    const [one = '', two = ''] = homes;
    expect(neighboursOf(folder, one)).toEqual([two]);
    rmSync(two, { recursive: true });
    expect(neighboursOf(folder, one)).toEqual([]);
    mkdirSync(join(two, 'stacks'), { recursive: true });
    expect(neighboursOf(folder, one)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
