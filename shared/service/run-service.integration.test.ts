import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BUILT = pathToFileURL(resolve(import.meta.dirname, '../dist')).href;
const ZOD = pathToFileURL(createRequire(import.meta.url).resolve('zod')).href;
/** A program like those of the services, which keeps a request in work for as long as the test wants. */
const PROGRAM = `
import { runService } from '${BUILT}/service/index.js';
import { knob } from '${BUILT}/knobs/index.js';
import { baseConfig, loadConfig } from '${BUILT}/config/index.js';
import { z } from '${ZOD}';
await runService({
  name: 'sample-service',
  knobs: { 'soup.hot': knob(z.boolean(), true, 'Serves it hot.') },
  async start({ env, knobs }) {
    loadConfig(baseConfig, env);
    if (env.AT_ONCE) knobs.set({ 'shutdown.graceful': false });
    if (env.BREAK) throw new Error('the pot is broken');
    const alive = setInterval(() => {}, 1000);
    // Said when the signal handlers are there: they are set up when this function has returned.
    setImmediate(() => process.stdout.write('started ' + knobs.get('soup.hot') + '\\n'));
    return {
      port: 1,
      async close() {
        process.stdout.write('closing\\n');
        await new Promise((done) => process.stdin.once('data', done));
        clearInterval(alive);
        process.stdout.write('closed\\n');
        if (env.BREAK_CLOSE) throw new Error('the lid is stuck');
      },
    };
  },
});
`;

describe('the main function of a service', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quickbite-test-service-'));
    await writeFile(join(folder, 'main.mjs'), PROGRAM);
  });
  afterAll(() => rm(folder, { recursive: true }));

  function run(env: NodeJS.ProcessEnv, ...args: string[]) {
    const child = spawn(process.execPath, [join(folder, 'main.mjs'), ...args], { env, stdio: 'pipe' });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output, errors }));
    const says = async (text: string): Promise<void> => {
      const runs = (): boolean => child.exitCode === null && child.signalCode === null;
      while (!output.includes(text) && runs()) await Promise.race([once(child.stdout, 'data'), ended]);
      expect(output, errors).toContain(text);
    };
    return { child, ended, says };
  }
  const env = { PORT: '0', IDENTITY_SECRET: 's'.repeat(32) };

  it.each(['SIGTERM', 'SIGINT'] as const)('drains on %s, once, and ends with 0', async (signal) => {
    const service = run(env);
    await service.says('started true');
    service.child.kill(signal);
    await service.says('closing');
    service.child.kill(signal);
    service.child.stdin.write('go on\n');
    const { code, output } = await service.ended;
    expect(code).toBe(0);
    expect(output).toBe('started true\nclosing\nclosed\n');
  });

  it('ends at once when a lesson has taken the drain away', async () => {
    const service = run({ ...env, AT_ONCE: '1' });
    await service.says('started true');
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 143, output: 'started true\n' });
  });

  it('takes knobs from its environment, in a lab only', async () => {
    const knobs = { QUICKBITE_KNOBS: '{"soup.hot":false}' };
    const inLab = run({ ...env, ...knobs, QUICKBITE_LAB_KEY: 'a key of the lab that is long' });
    await inLab.says('started false');
    const elsewhere = run({ ...env, ...knobs });
    await elsewhere.says('started true');
    for (const { child, ended } of [inLab, elsewhere]) {
      child.kill('SIGKILL');
      await ended;
    }
    const wrong = { ...env, QUICKBITE_LAB_KEY: 'a key of the lab that is long' };
    expect(await run({ ...wrong, QUICKBITE_KNOBS: '{"soup.cold":1}' }).ended).toMatchObject({
      code: 1,
      errors: expect.stringContaining('QUICKBITE_KNOBS: soup.cold: there is no such knob') as string,
    });
    expect(await run({ ...wrong, QUICKBITE_KNOBS: 'hot' }).ended).toMatchObject({
      code: 1,
      errors: expect.stringContaining('QUICKBITE_KNOBS: expected JSON') as string,
    });
  });

  it('ends with 1 and every problem when the configuration is wrong', async () => {
    const { code, errors } = await run({ PORT: 'x', LOG_LEVEL: 'loud' }).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^sample-service: The configuration is not valid:\n {2}PORT: .*\n {2}LOG_LEVEL: .*\n {2}IDENTITY_SECRET is missing\n$/,
    );
  });

  it('ends with 1 and the reason when it cannot start, or not close', async () => {
    const start = await run({ ...env, BREAK: '1' }).ended;
    expect(start).toMatchObject({ code: 1, errors: expect.stringContaining('the pot is broken') as string });
    const service = run({ ...env, BREAK_CLOSE: '1' });
    await service.says('started');
    service.child.kill('SIGTERM');
    service.child.stdin.write('go on\n');
    const close = await service.ended;
    expect(close).toMatchObject({ code: 1, errors: expect.stringContaining('the lid is stuck') as string });
  });

  it('describes its knobs without starting', async () => {
    const { code, output } = await run({}, '--describe-knobs').ended;
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      service: 'sample-service',
      knobs: [
        {
          name: 'soup.hot',
          description: 'Serves it hot.',
          default: true,
          value: true,
          schema: expect.objectContaining({ type: 'boolean' }) as unknown,
        },
        expect.objectContaining({ name: 'shutdown.graceful', default: true }),
      ],
    });
  });
});
