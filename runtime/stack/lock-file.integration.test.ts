import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookUpProcess } from '../launchers/index.js';
import { stackLockHolder, tryLock } from './lock-file.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quickbite-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const held = async (purpose = 'test') => 'held' in (await tryLock(file, purpose));

async function writeHolder(pid: number, startedAt: string): Promise<void> {
  writeFileSync(file, JSON.stringify({ pid, startedAt, purpose: 'earlier', since: new Date().toISOString() }));
  return Promise.resolve();
}

describe('a lock file', () => {
  it('is held by one of many that want it at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => held()));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('names its holder while that lives, and nobody after the release', async () => {
    const outcome = await tryLock(file, 'scenario saga');
    expect(await stackLockHolder(folder)).toMatchObject({ purpose: 'scenario saga', pid: process.pid });
    if ('held' in outcome) outcome.held.release();
    expect(await stackLockHolder(folder)).toBeUndefined();
    expect(await held()).toBe(true);
  });

  it('is taken over from a holder that has died, by one of many', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const pid = child.pid ?? 0;
    const startedAt = (await lookUpProcess(pid))?.startedAt ?? '';
    await writeHolder(pid, startedAt);
    expect(await held()).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => held('new')));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ purpose: 'new' });
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is taken over when the pid of its holder belongs to another process now', async () => {
    await writeHolder(process.pid, 'another time');
    expect(await held()).toBe(true);
  });

  it('that cannot be read is respected while it may just be being written, then taken over', async () => {
    writeFileSync(file, '');
    expect(await held()).toBe(false);
    const old = new Date(Date.now() - 10_000);
    utimesSync(file, old, old);
    expect(await held()).toBe(true);
  });
});
