import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What the `quickbite` launcher runs once packages and build are current. */
const QUICKBITE = join(import.meta.dirname, '..', 'dist', 'main.js');

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'quickbite-cli-'))));
afterEach(async () => {
  if (readdirSync(home).includes('stacks')) await quickbite('down', '--all', '--force');
  const left = processesOf(home);
  rmSync(home, { recursive: true, force: true });
  expect(left).toEqual([]);
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = (extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...process.env,
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  QUICKBITE_HOME: home,
  ...extra,
});

const quickbite = (...args: string[]): Promise<Outcome> => quickbiteWith({}, ...args);

async function quickbiteWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [QUICKBITE, ...args], { env: environment(env) });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Command lines of processes that were started for a stack in this home. */
function processesOf(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`QUICKBITE_STACK_FOLDER=${folder}`);
      return marked ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
}

interface Report {
  readonly id: string;
  readonly condition: string;
  readonly processes: readonly {
    readonly name: string;
    readonly status: string;
    readonly pid: number | null;
    readonly url: string;
  }[];
}

const status = async (): Promise<Report[]> => JSON.parse((await quickbite('status', '--json')).stdout) as Report[];
const bootProvider = (...args: string[]) => quickbite('up', '--services', 'payment-provider', ...args);

describe('a stack, from up to down', () => {
  it('comes up, is shown, logs, and goes down without a trace', async () => {
    const up = await bootProvider();
    expect(up).toMatchObject({ code: 0, stdout: expect.stringMatching(/payment-provider +ready/) as string });
    expect(up.stderr).toMatch(/payment-provider ready on \d+/);
    const [report] = await status();
    expect(report).toMatchObject({ id: 'default', condition: 'up', processes: [{ status: 'ready' }] });
    expect((await fetch(`${report?.processes[0]?.url ?? ''}/health/ready`)).status).toBe(200);
    expect((await quickbite('logs')).stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} payment-provider +info +\S+/m);
    expect(await quickbite('down')).toMatchObject({ code: 0, stdout: expect.stringContaining('is down') as string });
    expect(await status()).toEqual([]);
    expect(readdirSync(join(home, 'stacks'))).toEqual([]);
  });

  it('is left alone by a second up, which starts again what has ended', async () => {
    const boot = () => quickbite('up', '--services', 'payment-provider,redis', '--engine', 'redis=embedded');
    expect(await boot()).toMatchObject({ code: 0 });
    expect(await boot()).toMatchObject({ code: 0, stdout: expect.stringContaining('already up') as string });
    const provider = async () => (await status())[0]?.processes.find(({ name }) => name === 'payment-provider');
    const pid = (await provider())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    expect(await provider()).toMatchObject({ status: 'gone', pid: null });
    expect((await boot()).stdout).toContain('started again: payment-provider');
    expect(await provider()).toMatchObject({ status: 'ready' });
  });

  it('runs beside another, and --all takes both down', async () => {
    await Promise.all([bootProvider('--stack', 'one'), bootProvider('--stack', 'two')]);
    const urls = (await status()).map(({ processes }) => processes[0]?.url);
    expect(new Set(urls).size).toBe(2);
    const down = await quickbite('down', '--all', '--json');
    expect(JSON.parse(down.stdout)).toEqual({ removed: ['one', 'two'], orphans: [], images: [] });
  });

  it('goes down when the boot is interrupted, with the exit code of Ctrl-C', async () => {
    const child = spawn(process.execPath, [QUICKBITE, 'up'], {
      env: environment({}),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    let interrupted = false;
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (!interrupted && stderr.includes('ready on')) interrupted = child.kill('SIGINT');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(130);
    expect(stderr).toContain('what was started has been taken down');
    expect(processesOf(home)).toEqual([]);
  });
});

describe('what can go wrong', () => {
  it.each([
    [['up', '--port', 'redis=99999'], 'whole number from 1 to 65535, not "99999"'],
    [['up', '--services', 'oder-service'], 'Did you mean order-service?'],
    [['up', '--stack', '../elsewhere'], 'cannot be the name of a stack'],
    [['up', '--nope'], 'Nonexistent flag: --nope'],
    [['dwon'], 'Did you mean "quickbite down"?'],
  ])('%j is a usage error with a next step', async (args, words) => {
    const { code, stdout, stderr } = await quickbite(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^→ \S/m);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe('');
  });

  it('with --json the error is JSON on stdout', async () => {
    const { code, stdout } = await quickbite('down', '--stack', 'nowhere', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { message: 'There is no stack "nowhere".', exitCode: 1 } });
  });

  it('a damaged state file is named, and down --force cleans up what it described', async () => {
    await bootProvider();
    writeFileSync(join(home, 'stacks', 'default', 'state.json'), '{');
    const down = await quickbite('down');
    expect(down).toMatchObject({ code: 1, stderr: expect.stringContaining('state.json') as string });
    expect(down.stderr).toContain('quickbite down --stack default --force');
    expect((await quickbite('status')).stdout).toContain('cannot be read');
    expect((await quickbite('down', '--force')).code).toBe(0);
    expect(processesOf(home)).toEqual([]);
  });

  it('a state home that is a file is a sentence, and fails the doctor', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const up = await quickbiteWith({ QUICKBITE_HOME: file }, 'up', '--services', 'payment-provider');
    expect(up).toMatchObject({ code: 1, stderr: expect.stringContaining('a file is in the way') as string });
    const doctor = await quickbiteWith({ QUICKBITE_HOME: file }, 'doctor', '--json');
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.stdout)).toContainEqual(
      expect.objectContaining({
        name: 'state home',
        status: 'fail',
        fix: expect.stringContaining('QUICKBITE_HOME') as string,
      }),
    );
  });
});

describe('what is printed', () => {
  it('has no colours when it is piped, and has them when they are forced', async () => {
    expect((await quickbite('doctor')).stdout).not.toContain('\u001B[');
    expect((await quickbiteWith({ FORCE_COLOR: '1' }, 'doctor')).stdout).toContain('\u001B[');
  });

  it('says of a healthy machine that it is ready, and names each engine with its reason', async () => {
    const doctor = await quickbite('doctor');
    expect(doctor.code).toBe(0);
    expect(doctor.stdout).toMatch(/mongo +(native|embedded): \S/);
    expect(doctor.stdout).toMatch(/^Ready/m);
  });

  it('shows the usage of a command with "help" in front as well', async () => {
    expect((await quickbite('help', 'up')).stdout).toContain('--engine=<name=source>');
  });
});
