import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { askVersion } from '@quickbite/runtime/docker';
import { bootStack, defaultContext } from '@quickbite/runtime/stack';
import { afterEach, describe, expect, it } from 'vitest';
import { thingsOf } from './docker-things.js';
import { forwardEngine, outerAddress } from './engine-forwarder.js';
import { freePort } from './free-port.js';
import { openLab } from './lab.js';
import type { EndedCommand, Lab } from './lab.js';
import { leftovers } from './leftovers.js';

const noEngine = await askVersion().then(
  () => undefined,
  (error: unknown) => (error instanceof Error ? error.message : String(error)),
);

const JUST_ONE = ['--launcher', 'docker', '--services', 'payment-provider'];

interface Report {
  readonly processes: readonly { readonly status: string; readonly port: number; readonly url: string }[];
}

const providerIn = ({ code, stdout, stderr }: EndedCommand) => {
  expect(code, `${stderr}\n${stdout}`).toBe(0);
  return (JSON.parse(stdout) as Report).processes[0];
};

/** Takes a port of this machine's loopback. */
async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Asks the engine itself: the forwarder stands still while this waits for the answer. */
function expectNothingLeft({ home }: Lab): void {
  delete process.env['DOCKER_HOST'];
  expect(thingsOf(home)).toEqual([]);
}

afterEach(() => {
  delete process.env['DOCKER_HOST'];
});

describe.skipIf(noEngine)(`an engine${noEngine ? `: skipped, ${noEngine}` : ''}`, () => {
  it('that is elsewhere has its stacks reached at its own address', async () => {
    const host = outerAddress();
    using elsewhere = await forwardEngine(host);
    using lab = openLab();
    process.env['DOCKER_HOST'] = elsewhere.address;
    const port = await freePort();
    const provider = providerIn(await lab.run('up', ...JUST_ONE, '--port', `payment-provider=${port}`, '--json'));
    expect(provider).toMatchObject({ status: 'ready', url: `http://${host}:${port}` });
    expect((await fetch(`http://${host}:${port}/health/ready`)).status).toBe(200);
    expect((await lab.run('down')).code).toBe(0);
    expectNothingLeft(lab);
  });

  it('whose port is taken in the last moment gives the boot another one', async () => {
    const taken: { readonly port: number; readonly server: Server }[] = [];
    using here = await forwardEngine('127.0.0.1', async (port) => {
      if (taken.length === 0) taken.push({ port, server: await occupy(port) });
    });
    using lab = openLab();
    process.env['DOCKER_HOST'] = here.address;
    const provider = providerIn(await lab.run('up', ...JUST_ONE, '--json'));
    for (const { server } of taken) server.close();
    expect(provider?.status).toBe('ready');
    expect(provider?.port).not.toBe(taken[0]?.port);
    expect((await lab.run('down')).code).toBe(0);
    expectNothingLeft(lab);
  });

  it('that ends a process for its memory is asked why, and the answer is passed on', async () => {
    using lab = openLab();
    const glutton = 'data:text/javascript,const all=[];for(;;)all.push(Buffer.alloc(1e7,1))';
    const boot = bootStack(
      {
        lifetime: 'run',
        launcher: 'docker',
        services: ['payment-provider'],
        env: { 'payment-provider': { NODE_OPTIONS: `--import ${glutton.replaceAll(' ', '%20')}` } },
      },
      { ...defaultContext(), home: lab.home },
    );
    await expect(boot).rejects.toThrow('it wanted more than the 256 MiB of memory that it may have');
    expectNothingLeft(lab);
    expect(await leftovers({ home: lab.home })).toEqual([]);
  });
});
