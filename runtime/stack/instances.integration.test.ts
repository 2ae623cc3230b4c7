import { afterEach, describe, expect, it } from 'vitest';
import { readWholeLog } from '../logs/index.js';
import { scriptedStack } from '../testing/scripted-stack.js';
import type { Script, ScriptedStack } from '../testing/scripted-stack.js';
import { bootStack } from './boot-stack.js';
import { attachStack } from './find-stack.js';

let scripted: ScriptedStack;
afterEach(async () => scripted.dispose());

async function prepare(scripts: Record<string, Script>): Promise<ScriptedStack['context']> {
  scripted = await scriptedStack(scripts);
  return scripted.context;
}

interface Answer {
  readonly pid: number;
  readonly env: Record<string, string>;
}

const ask = async (url: string): Promise<Answer> => (await (await fetch(url)).json()) as Answer;

describe('instances', () => {
  it('each have a name, a port, a process and a log, and whoever wants all of them is told all', async () => {
    const context = await prepare({ web: {}, door: { dependsOn: ['web'], env: { WEB: '{web.urls}' } } });
    await using stack = await bootStack({ lifetime: 'run', instances: { web: 3 } }, context);
    const webs = ['web', 'web-2', 'web-3'].map((name) => stack.process(name));
    expect(new Set(webs.map(({ pid }) => pid)).size).toBe(3);
    const logs = await Promise.all(webs.map(({ log }) => readWholeLog(log)));
    expect(logs.map(String)).toEqual(['listening\n', 'listening\n', 'listening\n']);
    expect(new Set(webs.map(({ log }) => log.process)).size).toBe(3);
    const { env } = await ask(stack.process('door').url);
    expect(env['WEB']).toBe(webs.map(({ url }) => url).join(','));
  });

  it('are found again by another command, and one of them can be killed and started', async () => {
    const context = await prepare({ web: {} });
    await using stack = await bootStack({ lifetime: 'run', instances: { web: 2 } }, context);
    const second = (await attachStack(stack.id, context)).process('web-2');
    const before = (await ask(second.url)).pid;
    await second.kill();
    await expect(fetch(second.url)).rejects.toThrow();
    expect((await stack.process('web').probe()).ready).toBe(true);
    await second.start();
    expect((await ask(second.url)).pid).not.toBe(before);
  });

  it.each([
    [{ nothing: 2 }, 'There is no process "nothing".'],
    [{ web: 0 }, 'must be from 1 to 9, not 0'],
  ])('%j is refused with a next step', async (instances, words) => {
    const context = await prepare({ web: {} });
    await expect(bootStack({ lifetime: 'run', instances }, context)).rejects.toMatchObject({
      message: expect.stringContaining(words) as string,
      exitCode: 2,
    });
  });
});

describe('environment that the boot adds', () => {
  it('reaches the process that it names, and no other, also after a restart', async () => {
    const context = await prepare({ web: { env: { MODE: 'usual' } }, other: { env: { MODE: 'usual' } } });
    const env = { web: { MODE: 'narrow', NODE_OPTIONS: '--max-old-space-size=96' } };
    await using stack = await bootStack({ lifetime: 'run', env }, context);
    expect((await ask(stack.process('other').url)).env).toMatchObject({ MODE: 'usual' });
    await stack.process('web').kill();
    await stack.process('web').start();
    expect((await ask(stack.process('web').url)).env).toMatchObject(env.web);
  });

  it('for a process that the stack lacks is refused', async () => {
    const context = await prepare({ web: {} });
    await expect(bootStack({ lifetime: 'run', env: { wbe: {} } }, context)).rejects.toThrow('no process "wbe"');
  });
});
