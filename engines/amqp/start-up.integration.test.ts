import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';

const MAIN = fileURLToPath(new URL('../dist/amqp/main.js', import.meta.url));

/** Runs the broker until it ends by itself. */
async function run(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

describe('starting the broker', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it.each(['abc', '70000', '-1'])('says what is wrong with the port %s', async (port) => {
    const { code, stderr } = await run(`--port=${port}`, '--data', folder.path);
    expect(code).toBe(1);
    expect(stderr).toContain(`--port must be a number from 0 to 65535, got "${port}"`);
  });

  it('says that the data folder is missing from the command', async () => {
    expect(await run('--port', '0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--data must name') as string,
    });
  });

  it('refuses a port that is taken, and a data folder that is used, and gives both free', async () => {
    const other = temporaryFolder();
    const broker = await BrokerProcess.start(folder.path);
    const taken = await run('--port', String(broker.port), '--data', other.path);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${broker.port} is taken`) as string });
    const used = await run('--port', '0', '--data', folder.path);
    expect(used.code).toBe(1);
    expect(used.stderr).toContain(`The data folder ${folder.path} is used by another broker (process ${broker.pid})`);
    expect(await broker.stop()).toBe(0);
    const again = await BrokerProcess.start(folder.path);
    await again.stop();
    other.remove();
  });

  it('takes over the data folder of a dead broker', async () => {
    const first = await BrokerProcess.start(folder.path);
    await first.stop('SIGKILL');
    const second = await BrokerProcess.start(folder.path);
    expect(await second.stop()).toBe(0);
  });

  it('refuses a data folder that cannot be one', async () => {
    const file = path.join(folder.path, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await run('--port', '0', '--data', path.join(file, 'data'));
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be written');
  });

  it('refuses a journal that another program wrote, and leaves it alone', async () => {
    writeFileSync(path.join(folder.path, 'journal.log'), 'something else entirely');
    const { code, stderr } = await run('--port', '0', '--data', folder.path);
    expect(code).toBe(1);
    expect(stderr).toContain('is not a journal of this broker');
  });
});
