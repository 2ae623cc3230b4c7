import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultContext } from '@quickbite/runtime/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProfiler } from './profiler.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'quickbite-profiles-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Says that it is there, and compiles and hashes until it is told to end. */
const BUSY = `
  const { createHash } = require('node:crypto');
  process.once('SIGTERM', () => process.exit());
  process.stdout.write('up');
  setInterval(() => { for (let n = 0; n < 200; n += 1) createHash('sha256').update(JSON.stringify({ n })).digest('hex'); }, 1);
`;

test('what was started for it is profiled while the work goes on, what was not is left alone', async () => {
  const { root } = defaultContext();
  const profiler = createProfiler(root, folder);
  const run = (env: Readonly<Record<string, string>>) =>
    spawn(process.execPath, ['-e', BUSY], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [busy, other] = [run(profiler.environment), run({})];
  try {
    await Promise.all([once(busy.stdout, 'data'), once(other.stdout, 'data')]);
    const processes = [
      { name: 'busy', pid: busy.pid ?? 0, profiled: true },
      { name: 'other', pid: other.pid ?? 0, profiled: false },
    ];
    await profiler.during('load', processes, () => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(Object.keys(profiler.found['load'] ?? {})).toEqual(['busy']);
    const summary = profiler.found['load']?.['busy'];
    expect(summary?.busy).toBeGreaterThan(0);
    expect(summary?.places.reduce((all, { share }) => all + share, 0)).toBeCloseTo(100);
    expect(readdirSync(folder)).toEqual(['load-busy.cpuprofile']);
    // A second load has a profile of its own.
    await profiler.during('again', processes, () => Promise.resolve());
    expect(readdirSync(folder)).toEqual(['again-busy.cpuprofile', 'load-busy.cpuprofile']);
    // The signal ends a process that was not started for it: this one is still there.
    expect(other.exitCode ?? other.signalCode).toBeNull();
  } finally {
    busy.kill();
    other.kill();
  }
});
