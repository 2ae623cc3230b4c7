import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

/** What the `quickbite` launcher runs once packages and build are current. */
const QUICKBITE = join(import.meta.dirname, '..', 'dist', 'main.js');
const LINK = 'api-gateway:redis';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let home: string;
async function quickbite(...args: string[]): Promise<Outcome> {
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, QUICKBITE_HOME: home };
  const child = spawn(process.execPath, [QUICKBITE, ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

interface Broken {
  readonly id: string | null;
  readonly what: string;
  readonly by: string | null;
  readonly inEffect: boolean;
}

const faults = async (): Promise<Broken[]> => JSON.parse((await quickbite('faults', '--json')).stdout) as Broken[];
const statusOf = async (name: string): Promise<{ status: string; pid: number; url: string } | undefined> => {
  const [stack] = JSON.parse((await quickbite('status', '--json')).stdout) as {
    processes: { name: string; status: string; pid: number; url: string }[];
  }[];
  return stack?.processes.find((process) => process.name === name);
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'quickbite-faults-'));
  const up = await quickbite(
    ...['up', '--services', 'api-gateway', '--link', LINK, '--instances', 'api-gateway=2'],
    ...['--engine', 'redis=embedded', '--engine', 'toxiproxy=embedded'],
  );
  expect(up.stderr + up.stdout).toContain(`Through the proxy: ${LINK}`);
  expect(up.code).toBe(0);
});
afterAll(async () => {
  await quickbite('down', '--all', '--force');
  expect(readdirSync(join(home, 'stacks'))).toEqual([]);
  rmSync(home, { recursive: true, force: true });
});

const nothingStaysBroken = async (): Promise<void> => {
  expect((await quickbite('fault', 'undo', '--all')).code).toBe(0);
  expect(await faults()).toEqual([]);
};

describe('a fault that is made by hand', () => {
  afterEach(nothingStaysBroken);

  it('is proved, listed as it is seen, and undone by its link', async () => {
    const made = await quickbite('fault', 'latency', LINK, '--ms', '300', '--jitter', '50');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`${LINK} is slow: answers come 300 ms later (give or take 50 ms)`);
    expect(made.stdout).toMatch(/an answer over api-gateway:redis takes at least 248 ms \(\d+ ms/);
    expect(made.stdout).toMatch(/quickbite fault undo [0-9a-f]{8}/);
    expect((await quickbite('faults')).stdout).toMatch(
      /[0-9a-f]{8} +in effect +\S+ m?s +hand +api-gateway:redis is slow/,
    );
    expect(await quickbite('fault', 'undo', LINK)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`undone: latency ${LINK}`) as string,
    });
  });

  it('of a process is seen by status, and undone by the beginning of its id', async () => {
    const made = await quickbite('fault', 'pause', 'api-gateway-2', '--json');
    const { id } = JSON.parse(made.stdout) as { id: string };
    expect(await statusOf('api-gateway-2')).toMatchObject({ status: 'paused' });
    expect((await quickbite('fault', 'undo', id.slice(0, 5))).code).toBe(0);
    expect(await statusOf('api-gateway-2')).toMatchObject({ status: 'ready' });
  });

  it('is undone by recover as well', async () => {
    await quickbite('fault', 'down', LINK);
    const recovered = await quickbite('recover');
    expect(recovered.stdout).toContain(`undid "down ${LINK}"`);
  });

  it('that has undone itself leaves nothing to undo', async () => {
    const before = (await statusOf('redis'))?.pid;
    expect(await quickbite('fault', 'restart', 'redis', '--graceful')).toMatchObject({ code: 0 });
    expect((await statusOf('redis'))?.pid).not.toBe(before);
    expect(await quickbite('fault', 'undo')).toMatchObject({ stdout: 'Nothing is broken on purpose.\n' });
  });

  it('is one of several: undo asks which, and undoes all when it is told to', async () => {
    await quickbite('fault', 'timeout', LINK);
    await quickbite('fault', 'kill', 'api-gateway-2');
    expect((await faults()).map(({ what, inEffect }) => [what, inEffect])).toEqual([
      [`timeout ${LINK}`, true],
      ['kill api-gateway-2', true],
    ]);
    const unsaid = await quickbite('fault', 'undo');
    expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringContaining('kill api-gateway-2') as string });
    const all = JSON.parse((await quickbite('fault', 'undo', '--all', '--json')).stdout) as { undone: string[] };
    expect(all.undone).toEqual(['kill api-gateway-2', `timeout ${LINK}`]);
  });
});

describe('faults shows what is seen, not what is remembered', () => {
  afterEach(nothingStaysBroken);

  it('a process that somebody else has frozen', async () => {
    const { pid = 0 } = (await statusOf('redis')) ?? {};
    process.kill(pid, 'SIGSTOP');
    expect(await faults()).toMatchObject([{ id: null, what: 'redis', by: null, inEffect: true }]);
    process.kill(pid, 'SIGCONT');
  });

  it('a fault that somebody else has undone', async () => {
    await quickbite('fault', 'latency', LINK);
    const api = (await statusOf('toxiproxy'))?.url ?? '';
    await fetch(`${api}/reset`, { method: 'POST' });
    expect(await faults()).toMatchObject([{ what: `latency ${LINK}`, inEffect: false }]);
    expect((await quickbite('faults')).stdout).toMatch(/not seen that the proxy of api-gateway:redis has latency/);
  });

  it('a link that somebody else has disturbed', async () => {
    const api = (await statusOf('toxiproxy'))?.url ?? '';
    await fetch(`${api}/proxies/${LINK}/toxics`, {
      method: 'POST',
      body: JSON.stringify({ type: 'slicer', attributes: { average_size: 9 } }),
    });
    expect((await quickbite('faults')).stdout).toContain(`${LINK} is disturbed at the proxy: slicer`);
    await fetch(`${api}/reset`, { method: 'POST' });
  });
});

describe('what makes no sense is refused with a next step', () => {
  it.each([
    [['fault', 'pasue', 'redis'], 2, 'Did you mean "quickbite fault pause"?'],
    [['fault', 'latency', 'redis'], 2, 'latency disturbs a link, written from:to, not "redis"'],
    [['fault', 'kill', LINK], 2, 'kill breaks one process'],
    [['fault', 'kill', 'redis', '--ms', '5'], 2, '--ms means nothing to kill'],
    [['fault', 'kill', 'mongo'], 2, 'has no process "mongo"'],
    [['fault', 'latency', 'api-gateway-2:redis'], 2, '--link api-gateway-2:redis'],
    [['fault', 'undo', 'nothing'], 2, 'Nothing that is broken is called "nothing"'],
    [['fault', 'kill'], 2, 'Missing 1 required arg'],
    [['up', '--stack', 'b', '--link', 'redis'], 2, '--link wants from:to, not "redis"'],
    [['up', '--stack', 'b', '--link', 'redis:api-gateway'], 2, 'redis does not call it'],
    [['up', '--stack', 'b', '--instances', 'redis=2'], 2, 'There is no process "redis"'],
    [
      ['up', '--link', 'api-gateway-2:redis', '--instances', 'api-gateway=2'],
      1,
      'a proxy in the link api-gateway-2:redis',
    ],
  ])('%j', async (args, code, words) => {
    const outcome = await quickbite(...args);
    expect(outcome.stderr).toContain(words);
    expect(outcome.stderr).toMatch(/^→ \S/m);
    expect(outcome.code).toBe(code);
  });
});
