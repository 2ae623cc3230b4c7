import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultContext } from '@quickbite/runtime/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Suite } from '../suites/suite.js';
import { runSuite } from './bench-record.js';
import { runSuites } from './run-suites.js';
import { listRecords, pickRecord, saveRecord } from './saved-records.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'quickbite-records-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const suiteOf = (id: string): Suite => ({
  ...{ id, title: id, question: 'How many?', concepts: [], questions: [], figures: {}, charts: [] },
  measure: (context) => {
    context.onEngines?.({ redis: 'embedded' });
    const figure = { unit: 'ms', value: 1, low: 1, high: 1, samples: 1 } as const;
    return Promise.resolve({ figures: { one: figure }, withheld: {} });
  },
});

const run = (id: string) =>
  runSuite(suiteOf(id), {
    runtime: defaultContext(),
    ...{ repetitions: 1, seconds: 1, warmUpSeconds: 0, onProgress: () => undefined },
    signal: new AbortController().signal,
  });

test('a run says where it was measured and is read again as it was saved', async () => {
  const record = await run('cache');
  expect(record.machine).toMatchObject({ node: process.version, engines: { redis: 'embedded' } });
  await saveRecord(home, record);
  // What is not a record is passed over.
  writeFileSync(path.join(home, 'benchmarks', '0.json'), '{ "half": ');
  expect(await listRecords(home)).toEqual([record]);
});

test('a suite whose passes are long has longer loads, and its run says so', async () => {
  const asked: number[] = [];
  const slow: Suite = {
    ...suiteOf('orders'),
    longer: 3,
    measure: ({ seconds, warmUpSeconds }) => {
      asked.push(seconds, warmUpSeconds);
      return Promise.resolve({ figures: {}, withheld: {} });
    },
  };
  const record = await runSuite(slow, {
    runtime: defaultContext(),
    ...{ repetitions: 1, seconds: 4, warmUpSeconds: 2, onProgress: () => undefined },
    signal: new AbortController().signal,
  });
  expect(asked).toEqual([12, 6]);
  expect(record.settings).toEqual({ repetitions: 1, seconds: 12, warmUpSeconds: 6 });
});

test('a suite that fails keeps no other from being measured, and an interruption ends them all', async () => {
  const suites = ['one', 'two', 'three'].map(suiteOf);
  const measured: string[] = [];
  const controller = new AbortController();
  const runAll = (measure: (id: string) => void) =>
    runSuites(
      suites,
      ({ id }) => {
        measured.push(id);
        measure(id);
        return Promise.resolve();
      },
      controller.signal,
    );
  const failed = await runAll((id) => {
    if (id === 'two') throw new Error('no luck');
  });
  expect({ measured, failed }).toEqual({
    measured: ['one', 'two', 'three'],
    failed: [{ id: 'two', why: 'no luck' }],
  });
  const reason = new Error('Interrupted.');
  measured.length = 0;
  await expect(runAll(() => controller.abort(reason))).rejects.toBe(reason);
  expect(measured).toEqual(['one']);
});

test('the profiles of a suite that fails go with it', async () => {
  let folder: string | undefined;
  const failing: Suite = {
    ...suiteOf('orders'),
    measure: ({ profiler }) => {
      folder = profiler?.environment['QUICKBITE_PROFILES'];
      mkdirSync(String(folder), { recursive: true });
      return Promise.reject(new Error('no luck'));
    },
  };
  const context = {
    runtime: { ...defaultContext(), home },
    ...{ repetitions: 1, seconds: 1, warmUpSeconds: 0, onProgress: () => undefined },
    signal: new AbortController().signal,
  };
  await expect(runSuite(failing, context, { profile: true })).rejects.toThrow('no luck');
  expect(folder).toContain(home);
  expect(existsSync(String(folder))).toBe(false);
});

test('the id of a suite stands for its latest run, and the end of an id for the run', async () => {
  const [first, other] = [await run('cache'), await run('node')];
  const later = { ...first, runId: `${first.runId}-2` };
  const all = [first, other, later];
  expect(pickRecord(all, 'cache')).toBe(later);
  expect(pickRecord(all, 'bench-node')).toBe(other);
  expect(() => pickRecord(all, 'bench-geo')).toThrow('There is no saved benchmark "bench-geo".');
  expect(() => pickRecord(all, first.runId.slice(0, 8))).toThrow('may be any of 3');
});

test('nothing was saved where nothing was measured', async () => {
  expect(await listRecords(path.join(home, 'elsewhere'))).toEqual([]);
});
