import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));

/**
 * A small checkout with the real launcher, a CLI of one line, and an npm that "installs" by linking the packages of this
 * checkout: what is tested is when the launcher installs and builds, not npm.
 */
let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'quickbite-launcher-'));
  cpSync(join(repository, 'quickbite'), join(checkout, 'quickbite'));
  cpSync(join(repository, 'launcher'), join(checkout, 'launcher'), { recursive: true });
  write('package.json', JSON.stringify({ name: 'small', private: true, workspaces: ['cli'] }));
  write(
    'package-lock.json',
    JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/esbuild': { version: '1.0.0' } } }),
  );
  write(
    'cli/package.json',
    JSON.stringify({ name: 'small-cli', version: '1.0.0', type: 'module', oclif: { commands: './dist/commands' } }),
  );
  write(
    'cli/commands/none.ts',
    "import { Command } from '@oclif/core'; export default class None extends Command { async run() {} }",
  );
  write('cli/main.ts', 'process.stdout.write(`ran ${process.argv.slice(2).join(" ")} in ${process.pid}\\n`);');
  write(
    'bin/npm',
    `#!/usr/bin/env node
const fs = require('node:fs');
fs.appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n');
if (fs.existsSync('npm-fails')) { console.error('npm error network unreachable'); process.exit(1); }
fs.mkdirSync('node_modules/@oclif', { recursive: true });
for (const name of ['esbuild', '@oclif/core']) if (!fs.existsSync('node_modules/' + name)) fs.symlinkSync('${repository}node_modules/' + name, 'node_modules/' + name);
setTimeout(() => fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json'), fs.existsSync('npm-slow') ? 1000 : 0);
`,
  );
  chmodSync(join(checkout, 'bin', 'npm'), 0o755);
});

afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(join(checkout, file, '..'), { recursive: true });
  writeFileSync(join(checkout, file), text);
}

const env = () => ({ ...process.env, PATH: `${join(checkout, 'bin')}:${process.env['PATH'] ?? ''}` });
const quickbite = (...args: string[]) => spawnSync(join(checkout, 'quickbite'), args, { env: env(), encoding: 'utf8' });
const installs = () =>
  existsSync(join(checkout, 'npm.log')) ? readFileSync(join(checkout, 'npm.log'), 'utf8').trim().split('\n') : [];

describe('the launcher', () => {
  it('installs without development tools and builds on first use, says so on stderr, and runs the CLI', () => {
    const first = quickbite('hello', 'there');
    expect(first.stdout).toMatch(/^ran hello there in \d+\n$/);
    expect(first.stderr).toMatch(/Installing packages .* s\nBuilding .* s\n$/);
    expect(first.status).toBe(0);
    expect(installs()).toEqual([expect.stringMatching(/^ci .*--omit=dev/)]);
  });

  it('is silent and installs nothing the second time', () => {
    quickbite();
    const second = quickbite();
    expect(second.stderr).toBe('');
    expect(installs()).toHaveLength(1);
  });

  it('builds again when a source changed, and removes what no longer has a source', () => {
    write('cli/old.ts', 'export const old = 1;');
    quickbite();
    expect(existsSync(join(checkout, 'cli/dist/old.js'))).toBe(true);
    rmSync(join(checkout, 'cli/old.ts'));
    write('cli/main.ts', 'process.stdout.write("changed\\n");');
    const again = quickbite();
    expect(again.stdout).toBe('changed\n');
    expect(again.stderr).toMatch(/^Building/);
    expect(existsSync(join(checkout, 'cli/dist/old.js'))).toBe(false);
  });

  it('installs again when the lock file wants another version', () => {
    quickbite();
    write(
      'package-lock.json',
      JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/esbuild': { version: '2.0.0' } } }),
    );
    expect(quickbite().stderr).toMatch(/^Installing/);
    expect(installs()).toHaveLength(2);
  });

  it('installs again when the last installation was cut off before npm recorded it', () => {
    quickbite();
    rmSync(join(checkout, 'node_modules/.package-lock.json'));
    expect(quickbite().stderr).toMatch(/^Installing/);
  });

  it('hands over in the same process', () => {
    quickbite();
    const child = spawnSync(process.execPath, [join(checkout, 'quickbite')], { env: env(), encoding: 'utf8' });
    expect(child.stdout).toBe(`ran  in ${child.pid}\n`);
  });

  it('lets one of two that start at once prepare, and both run', async () => {
    write('npm-slow', '');
    const start = () =>
      new Promise<{ out: string; err: string }>((resolve) => {
        const child = spawn(join(checkout, 'quickbite'), ['x'], { env: env() });
        let out = '';
        let err = '';
        child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
        child.once('close', () => resolve({ out, err }));
      });
    const both = await Promise.all([start(), start()]);
    expect(both.map(({ out }) => out)).toEqual([expect.stringContaining('ran x'), expect.stringContaining('ran x')]);
    expect(installs()).toHaveLength(1);
    expect(both.map(({ err }) => err).join('')).toContain('Another quickbite is preparing this checkout');
    expect(existsSync(join(checkout, '.cache/launcher.lock'))).toBe(false);
  });

  it('takes over the lock of a launcher that died', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    write('.cache/launcher.lock', String(pid));
    expect(quickbite('after').stdout).toContain('ran after');
  });

  it('says what failed and what to do when the packages cannot be installed, and recovers', () => {
    write('npm-fails', '');
    const failed = quickbite();
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('npm error network unreachable');
    expect(failed.stderr).toContain('Check the network connection');
    expect(failed.stderr).not.toContain('    at ');
    rmSync(join(checkout, 'npm-fails'));
    expect(quickbite('now').stdout).toContain('ran now');
  });

  it('says in one sentence that Node is too old', () => {
    write(
      'old-node.cjs',
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.1" } });',
    );
    const old = spawnSync(
      process.execPath,
      ['--require', join(checkout, 'old-node.cjs'), join(checkout, 'quickbite')],
      { encoding: 'utf8' },
    );
    expect(old.status).toBe(1);
    expect(old.stderr).toBe(
      'QuickBite needs Node 20.19 or later; this is Node 18.20.1. Install it from nodejs.org or with "nvm install 20".\n',
    );
  });

  it('works through a link on the PATH', () => {
    symlinkSync(join(checkout, 'quickbite'), join(checkout, 'bin', 'quickbite'));
    expect(spawnSync('quickbite', ['linked'], { env: env(), encoding: 'utf8' }).stdout).toContain('ran linked');
  });
});
