import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findStrayProcesses } from '../launchers/stray-processes.js';
import { scriptedStack, until } from '../testing/scripted-stack.js';
import type { Script, ScriptedStack } from '../testing/scripted-stack.js';
import { bootStack } from './boot-stack.js';
import { attachStack, findOrphans, listStacks, removeOrphans, removeStack } from './find-stack.js';
import { acquireStackLock } from './lock-file.js';
import type { BootEvent } from './stack.js';
import { stateFileOf } from './state-file.js';

let scripted: ScriptedStack;

async function prepare(scripts: Record<string, Script>): Promise<ScriptedStack['context']> {
  scripted = await scriptedStack(scripts);
  return scripted.context;
}

const strays = () => findStrayProcesses(join(scripted.context.home, 'stacks'));

afterEach(async () => scripted.dispose());

describe('bootStack', () => {
  it('starts each process after what it depends on, and takes all down with its folder', async () => {
    const context = await prepare({ store: {}, web: { dependsOn: ['store'], env: { STORE: '{store.url}' } } });
    const events: BootEvent[] = [];
    const stack = await bootStack({ lifetime: 'run', onProgress: (event) => events.push(event) }, context);
    expect(events.map((event) => `${event.type} ${'name' in event ? event.name : ''}`.trim())).toEqual([
      'launcher',
      'planned',
      'starting store',
      'ready store',
      'starting web',
      'ready web',
    ]);
    const answer = (await (await fetch(stack.process('web').url)).json()) as { env: Record<string, string> };
    expect(answer.env['STORE']).toBe(stack.process('store').url);
    expect(answer.env['QUICKBITE_STACK_FOLDER']).toBe(stack.folder);
    await stack.down();
    await stack.down();
    expect(existsSync(stack.folder)).toBe(false);
    expect(await strays()).toEqual([]);
  });

  it('boots only what was asked for and what that depends on, and keeps the port of the absent free', async () => {
    const context = await prepare({
      store: {},
      web: { dependsOn: ['store'], env: { OTHER: '{other.url}' } },
      other: {},
    });
    await using stack = await bootStack({ lifetime: 'run', services: ['web'] }, context);
    expect(stack.processes.map(({ name }) => name)).toEqual(['store', 'web']);
    const answer = (await (await fetch(stack.process('web').url)).json()) as { env: Record<string, string> };
    await expect(fetch(answer.env['OTHER'] ?? '')).rejects.toThrow();
    await using second = await bootStack({ id: 'second', lifetime: 'run', services: ['other'] }, context);
    expect(second.process('other').url).not.toBe(answer.env['OTHER']);
  });

  it('says which process ended, how, and the end of its log, and leaves nothing behind', async () => {
    const context = await prepare({
      store: {},
      web: { dependsOn: ['store'], before: `console.error('no such table: orders'); process.exit(3);` },
    });
    await expect(bootStack({ lifetime: 'kept' }, context)).rejects.toMatchObject({
      name: 'ExpectedError',
      message: 'web ended before it was ready: exit code 3.',
      details: expect.arrayContaining(['| no such table: orders']) as string[],
    });
    expect(await strays()).toEqual([]);
    expect(await listStacks(context)).toEqual([]);
  });

  it('names the probe and what it saw when a process does not become ready in time', async () => {
    const context = await prepare({ web: { before: `await new Promise(() => setInterval(() => {}, 1000));` } });
    await expect(bootStack({ lifetime: 'run' }, { ...context, readyTimeoutMs: 500 })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^web was not ready 0.5 s after its start: GET \/ on port \d+ says that .*refused/,
      ) as string,
    });
  });

  it('takes everything down when it is aborted in the middle', async () => {
    const context = await prepare({
      store: {},
      web: { dependsOn: ['store'], before: `await new Promise(() => setInterval(() => {}, 1000));` },
    });
    const controller = new AbortController();
    const onProgress = (event: BootEvent): void => {
      if (event.type === 'starting' && event.name === 'web') controller.abort(new Error('stop it'));
    };
    await expect(bootStack({ lifetime: 'run', signal: controller.signal, onProgress }, context)).rejects.toThrow(
      'stop it',
    );
    expect(await listStacks(context)).toEqual([]);
  });

  it('boots two stacks at the same time on different ports and with different secrets', async () => {
    const context = await prepare({ web: { env: { KEY: '{secret.lab}' } }, store: {} });
    const [one, two] = await Promise.all([
      bootStack({ id: 'one', lifetime: 'run' }, context),
      bootStack({ id: 'two', lifetime: 'run' }, context),
    ]);
    const ports = [...one.processes, ...two.processes].map(({ port }) => port);
    expect(new Set(ports).size).toBe(4);
    expect(one.labKey).not.toBe(two.labKey);
    await one.down();
    expect(await two.process('web').status()).toBe('running');
    await two.down();
  });

  it('moves a default port that another program has, and refuses one that was asked for by name', async () => {
    const context = await prepare({ web: {} });
    const wanted = context.catalogue[0]?.port ?? 0;
    const rival = createServer().listen(wanted, '127.0.0.1');
    await once(rival, 'listening');
    try {
      await using stack = await bootStack({ lifetime: 'run' }, context);
      expect(stack.process('web').port).toBe(wanted + 100);
      const asked = bootStack({ id: 'other', lifetime: 'run', ports: { web: wanted } }, context);
      await expect(asked).rejects.toThrow(`Port ${wanted} was asked for web, but another program listens on it.`);
    } finally {
      rival.close();
    }
  });

  it('plans again when another program takes a port between the planning and the launch', async () => {
    const context = await prepare({
      web: {
        before: `import { existsSync, writeFileSync } from 'node:fs';
          const marker = new URL('./tried', import.meta.url);
          if (!existsSync(marker)) {
            writeFileSync(marker, '');
            console.error('Error: listen EADDRINUSE: address already in use');
            process.exit(1);
          }`,
      },
    });
    await using stack = await bootStack({ lifetime: 'run' }, context);
    expect(await stack.process('web').probe()).toEqual({ ready: true });
  });

  it.skipIf(process.platform !== 'linux')(
    'does not take a stranger who answers on the port for its own process',
    async () => {
      // The first try is slow, and somebody else's server answers meanwhile: as when two labs of different homes boot at once.
      const context = await prepare({
        web: {
          before: `import { existsSync, writeFileSync } from 'node:fs';
          const marker = new URL('./tried', import.meta.url);
          if (!existsSync(marker)) {
            writeFileSync(marker, '');
            while (!(await fetch('http://127.0.0.1:' + process.env.PORT).catch(() => undefined))) continue;
            await new Promise((resolve) => setTimeout(resolve, 500));
          }`,
        },
      });
      const stranger = createHttpServer((_, response) => response.end());
      const onProgress = (event: BootEvent): void => {
        if (event.type === 'starting' && !stranger.listening) stranger.listen(context.catalogue[0]?.port, '127.0.0.1');
      };
      try {
        await using stack = await bootStack({ lifetime: 'run', onProgress }, context);
        const answer = await fetch(stack.process('web').url);
        expect(await answer.json()).toMatchObject({ pid: stack.process('web').pid });
      } finally {
        stranger.close();
      }
    },
  );

  it('refuses a second stack of the same name', async () => {
    const context = await prepare({ web: {} });
    const first = await bootStack({ lifetime: 'run' }, context);
    await expect(bootStack({ lifetime: 'run' }, context)).rejects.toThrow('The stack "default" is already up.');
    await first.down();
  });

  it('says what to do when the state home is a file', async () => {
    const context = await prepare({ web: {} });
    const file = join(context.root, 'a-file');
    await writeFile(file, '');
    await expect(bootStack({ lifetime: 'run' }, { ...context, home: file })).rejects.toMatchObject({
      message: expect.stringContaining('a file is in the way') as string,
    });
  });

  it.skipIf(process.getuid?.() === 0)('says what to do when the state home may not be written', async () => {
    const context = await prepare({ web: {} });
    await chmod(context.home, 0o500);
    await expect(bootStack({ lifetime: 'run' }, context)).rejects.toThrow('it may not be written');
  });
});

describe('a stack that is up', () => {
  it('can be attached to; a process that was killed is started again on its port', async () => {
    const context = await prepare({ web: {} });
    const booted = await bootStack({ lifetime: 'kept' }, context);
    booted.detach();
    const stack = await attachStack('default', context);
    const web = stack.process('web');
    const before = web.pid;
    await web.kill();
    expect(await web.status()).toBe('exited');
    expect(await web.probe()).toMatchObject({ ready: false });
    await web.start();
    expect(web.pid).not.toBe(before);
    expect(booted.process('web').pid).toBe(web.pid);
    expect(await web.probe()).toEqual({ ready: true });
    expect(() => stack.process('wbe')).toThrow('has no process "wbe"');
    await removeStack('default', { force: false }, context);
  });

  it('is not taken down by somebody else while an experiment works on it', async () => {
    const context = await prepare({ web: {} });
    const stack = await bootStack({ lifetime: 'kept' }, context);
    try {
      const lock = await acquireStackLock(stack.folder, 'scenario kill-a-service');
      await expect(acquireStackLock(stack.folder, 'another')).rejects.toMatchObject({
        message: 'Another experiment is running on this stack.',
        details: [expect.stringContaining(`scenario kill-a-service, pid ${process.pid}`) as string],
      });
      lock.release();
      (await acquireStackLock(stack.folder, 'another')).release();
    } finally {
      await stack.down();
    }
  });

  it('whose state file is damaged is found by its marks and removed with force', async () => {
    const context = await prepare({ web: {}, store: {} });
    const stack = await bootStack({ lifetime: 'kept' }, context);
    await writeFile(stateFileOf(stack.folder), '{"version": 1, "id": 7');
    await expect(attachStack('default', context)).rejects.toThrow(
      'The state file of the stack "default" cannot be read.',
    );
    await expect(bootStack({ lifetime: 'run' }, context)).rejects.toThrow('cannot be read');
    await expect(removeStack('default', { force: false }, context)).rejects.toThrow('cannot be read');
    expect(await strays()).toHaveLength(2);
    await removeStack('default', { force: true }, context);
    expect(await strays()).toEqual([]);
    expect(existsSync(stack.folder)).toBe(false);
  });
});

describe('a boot whose process is killed', () => {
  /** Boots in a process of its own, which can be killed without a chance to clean up. */
  async function bootElsewhere(context: ScriptedStack['context']): Promise<ReturnType<typeof spawn>> {
    const built = pathToFileURL(join(import.meta.dirname, '..', 'dist', 'stack', 'index.js')).href;
    const script = join(context.root, 'boot.mjs');
    await writeFile(
      script,
      `import { bootStack } from ${JSON.stringify(built)};
       await bootStack({ lifetime: 'run' }, JSON.parse(process.argv[2]));
       console.log('up'); setInterval(() => {}, 1000);`,
    );
    return spawn(process.execPath, [script, JSON.stringify(context)], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  for (const moment of ['first', 'second', 'last'] as const) {
    it(`leaves a stack that is found and removed (killed at its ${moment} process)`, async () => {
      const context = await prepare({
        first: {},
        second: { dependsOn: ['first'] },
        last: { dependsOn: ['second'], before: `await new Promise((done) => setTimeout(done, 300));` },
      });
      const parent = await bootElsewhere(context);
      await until(`${moment} runs`, async () =>
        (await strays()).some(({ command }) => command.includes(`${moment}.mjs`)),
      );
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      const [stack] = await listStacks(context);
      expect(stack).toMatchObject({ id: 'default', condition: 'leftover', ownerAlive: false });
      expect(await findOrphans(context)).not.toEqual([]);
      await removeStack('default', { force: false }, context);
      expect(await strays()).toEqual([]);
      expect(await listStacks(context)).toEqual([]);
    });
  }

  it('gives way to the next boot of that name', async () => {
    const context = await prepare({ web: {} });
    const parent = await bootElsewhere(context);
    await until('web runs', async () => (await strays()).length > 0);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await using stack = await bootStack({ lifetime: 'run' }, context);
    expect(await strays()).toHaveLength(1);
    expect(stack.process('web').port).toBe(context.catalogue[0]?.port);
  });

  it('leaves processes that are found even when the folder is gone', async () => {
    const context = await prepare({ web: {} });
    const parent = await bootElsewhere(context);
    await once(parent.stdout as NodeJS.ReadableStream, 'data');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await rm(join(context.home, 'stacks'), { recursive: true });
    await mkdir(join(context.home, 'stacks'));
    const orphans = await findOrphans(context);
    expect(orphans).toHaveLength(1);
    await removeOrphans(orphans);
    expect(await strays()).toEqual([]);
  });
});

it('a server that hides its environment is found by its working directory', async () => {
  const context = await prepare({ web: {} });
  const folder = join(context.home, 'stacks', 'hidden', 'data', 'web');
  await mkdir(folder, { recursive: true });
  const env = { PATH: process.env['PATH'] };
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { cwd: folder, env, detached: true });
  await until('it is found', async () => (await strays()).length === 1);
  expect((await readFile(`/proc/${child.pid ?? 0}/environ`, 'utf8')).includes('QUICKBITE')).toBe(false);
  await removeStack('hidden', { force: false }, context);
  expect(await strays()).toEqual([]);
});
