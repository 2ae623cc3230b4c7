import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceDef } from '../definitions/index.js';
import { probe } from '../probes/index.js';
import { scriptedStack, until } from '../testing/scripted-stack.js';
import type { Script, ScriptedStack } from '../testing/scripted-stack.js';
import type { LaunchSpec, Launcher } from './launcher.js';
import { lookUpProcess } from './process-identity.js';
import { createProcessLauncher } from './process-launcher.js';

let stack: ScriptedStack;

async function prepare(script: Script): Promise<{ launcher: Launcher; spec: LaunchSpec }> {
  stack = await scriptedStack({ program: script });
  const folder = join(stack.context.home, 'stacks', 'one');
  const def = stack.context.catalogue[0] as ServiceDef;
  const env = { PORT: String(def.port) };
  const logFile = join(folder, 'logs', 'program.log');
  const dataDir = join(folder, 'data', 'program');
  return {
    launcher: createProcessLauncher({ root: stack.context.root }),
    spec: { stackId: 'one', folder, def, source: undefined, port: def.port, linkPorts: [], dataDir, logFile, env },
  };
}

const listening = ({ def, port }: LaunchSpec) =>
  until('the program listens', async () => {
    const result = await probe(def.readiness, { host: '127.0.0.1', port, timeoutMs: 500 });
    return result.ready;
  });

const logOf = (spec: LaunchSpec): Promise<string> => readFile(spec.logFile, 'utf8').catch(() => '');

afterEach(async () => stack.dispose());

describe('a launched process', () => {
  it('is running, writes its output to the log, and is exited after a stop', async () => {
    const { launcher, spec } = await prepare({});
    const ref = await launcher.launch(spec);
    await listening(spec);
    expect(await launcher.status(ref)).toBe('running');
    expect(await logOf(spec)).toContain('listening');
    expect(await launcher.stop(ref, { graceMs: 5000 })).toEqual({ forced: false });
    expect(await launcher.status(ref)).toBe('exited');
  });

  it('leads a process group of its own, so that Ctrl-C in the terminal does not reach it', async () => {
    const { launcher, spec } = await prepare({});
    const ref = await launcher.launch(spec);
    const stat = await readFile(`/proc/${ref.pid}/stat`, 'utf8');
    const group = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    expect(Number(group)).toBe(ref.pid);
    await launcher.kill(ref);
  });

  it('takes CPU and memory, its children included, and is left out when it has ended', async () => {
    const child = `const held = Buffer.alloc(100 * 1024 ** 2, 1); for (;;) held[0] += 1;`;
    const { launcher, spec } = await prepare({
      before: `import { spawn } from 'node:child_process';
        spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'ignore' });`,
    });
    const ref = await launcher.launch(spec);
    await until('its child is busy', async () => {
      const taken = (await launcher.usage([ref])).get('program');
      return taken !== undefined && taken.cpuPercent > 1 && taken.memoryBytes > 100 * 1024 ** 2;
    });
    await launcher.kill(ref);
    expect(await launcher.usage([ref])).toEqual(new Map());
  });

  it('is killed when it ignores SIGTERM longer than the grace', async () => {
    const { launcher, spec } = await prepare({
      before: `process.on('SIGTERM', () => console.log('ignored')); process.exit = () => {};`,
    });
    const ref = await launcher.launch(spec);
    await listening(spec);
    expect(await launcher.stop(ref, { graceMs: 200 })).toEqual({ forced: true });
    expect(await launcher.status(ref)).toBe('exited');
    expect(await logOf(spec)).toContain('ignored');
  });

  it('takes its children with it', async () => {
    const { launcher, spec } = await prepare({
      before: `import { spawn } from 'node:child_process';
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
        console.log('child ' + child.pid);`,
    });
    const ref = await launcher.launch(spec);
    await until('the child is named', async () => /child \d+/.test(await logOf(spec)));
    const child = Number(/child (\d+)/.exec(await logOf(spec))?.[1]);
    expect(await lookUpProcess(child)).toBeDefined();
    await launcher.stop(ref, { graceMs: 5000 });
    await until('the child is gone', async () => (await lookUpProcess(child)) === undefined);
  });

  it('is seen to be paused, answers nothing meanwhile, and answers again when resumed', async () => {
    const { launcher, spec } = await prepare({});
    const ref = await launcher.launch(spec);
    await listening(spec);
    await launcher.pause(ref);
    expect(await launcher.status(ref)).toBe('paused');
    const target = { host: '127.0.0.1', port: spec.port, timeoutMs: 300 };
    expect(await probe(spec.def.readiness, target)).toMatchObject({
      reason: expect.stringContaining('no answer to GET /') as string,
    });
    await launcher.resume(ref);
    await listening(spec);
    expect(await launcher.status(ref)).toBe('running');
    await launcher.kill(ref);
  });

  it('is ended by a stop even while it is paused', async () => {
    const { launcher, spec } = await prepare({});
    const ref = await launcher.launch(spec);
    await listening(spec);
    await launcher.pause(ref);
    expect(await launcher.stop(ref, { graceMs: 5000 })).toEqual({ forced: false });
  });

  it('refuses a connection at once after a kill, and its end is known', async () => {
    const { launcher, spec } = await prepare({});
    const ref = await launcher.launch(spec);
    await listening(spec);
    await launcher.kill(ref);
    const target = { host: '127.0.0.1', port: spec.port, timeoutMs: 500 };
    expect(await probe(spec.def.readiness, target)).toMatchObject({
      reason: expect.stringContaining('refused') as string,
    });
    expect(await launcher.endOf(ref)).toEqual({ signal: 'SIGKILL' });
  });

  it('is not ours when the pid has been given to another process', async () => {
    const { launcher, spec } = await prepare({});
    const ref = await launcher.launch(spec);
    const impostor = { ...ref, startedAt: 'another time' };
    expect(await launcher.status(impostor)).toBe('exited');
    await launcher.kill(impostor);
    await launcher.stop(impostor, { graceMs: 100 });
    await expect(launcher.pause(impostor)).rejects.toThrow(/not running/);
    expect(await launcher.status(ref)).toBe('running');
    await launcher.kill(ref);
  });

  it('does not inherit the debugger flags of the caller', async () => {
    const { launcher, spec } = await prepare({ before: `console.log('options ' + process.env.NODE_OPTIONS);` });
    process.env['NODE_OPTIONS'] = '--max-old-space-size=512';
    try {
      const ref = await launcher.launch(spec);
      await until('it has started', async () => (await logOf(spec)).includes('options'));
      expect(await logOf(spec)).toContain('options undefined');
      await launcher.kill(ref);
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
  });
});
