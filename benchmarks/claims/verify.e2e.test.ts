import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultContext, listStacks } from '@quickbite/runtime/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listRecords } from '../records/index.js';
import type { MeasurableClaim } from './claim.js';
import { planFor } from './plan.js';
import { rule } from './rule.js';
import { readVerdicts } from './verification.js';
import { verifyClaims } from './verify.js';

let home = '';
const context = () => ({ ...defaultContext(), home });

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'quickbite-claims-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const claim = (id: string, probe: string, decided: unknown): MeasurableClaim => ({
  id,
  measured: { probe },
  rule: rule.parse(decided),
});

/** One that holds, one that does not, and one that depends, by real measurements; and one that nothing measures. */
const CLAIMS: readonly MeasurableClaim[] = [
  claim('payload', 'tokens', { of: 'secret-readable', holds: { atLeast: 1 } }),
  claim('setnx', 'redis-lock', { of: 'setnx-with-expiry', holds: { atLeast: 1 } }),
  claim('lock', 'redis-lock', {
    each: ['holders-in-time', 'holders-too-late'],
    holds: { atMost: 1 },
    on: 'whether the work is done before the lock expires',
  }),
  { id: 'kafka', measured: { notHere: 'There is no Kafka.' } },
];

test('claims are measured, each thing once, decided and saved as evidence, and nothing is left behind', async () => {
  const measuring: string[] = [];
  const { record, file } = await verifyClaims(CLAIMS, planFor(CLAIMS, [], undefined), {
    context: context(),
    signal: new AbortController().signal,
    onProgress: (event) => event.type === 'measuring' && measuring.push(event.by),
  });
  expect(measuring.sort()).toEqual(['probe redis-lock', 'probe tokens']);
  expect(Object.fromEntries(record.verdicts.map(({ claim: id, verdict }) => [id, verdict]))).toEqual({
    ...{ payload: 'holds', setnx: 'does not hold', lock: 'depends', kafka: 'not measurable here' },
  });
  const latest = await readVerdicts(home);
  expect(latest.get('setnx')).toMatchObject({
    by: 'probe redis-lock',
    quantities: [{ name: 'setnx-with-expiry', value: 0, samples: 10 }],
    engines: { redis: expect.stringMatching(/^(native|embedded)$/) as string },
    machine: { node: process.version },
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(record);
  expect(await listStacks(context())).toEqual([]);
});

test('a benchmark decides by its own figures, and its run is saved as any other', async () => {
  const [told]: readonly MeasurableClaim[] = [
    {
      id: 'outage',
      measured: { bench: 'coordinated-omission' },
      rule: rule.parse({ of: 'paced-slow', holds: { atLeast: 1 } }),
    },
  ];
  if (!told) throw new Error('expected a claim');
  const plan = planFor([told], [], undefined);
  expect(plan.suites.map(({ id }) => id)).toEqual(['coordinated-omission']);
  const { record } = await verifyClaims([told], plan, {
    context: context(),
    bench: { repetitions: 1, seconds: 1, warmUpSeconds: 1 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const [decided] = record.verdicts;
  expect(decided).toMatchObject({ claim: 'outage', by: 'bench coordinated-omission' });
  const [saved] = await listRecords(home);
  expect(decided?.runId).toBe(saved?.runId);
  expect(decided?.quantities[0]?.value).toBe(saved?.figures['paced-slow']?.value);
});

test('an interruption takes the engines down and keeps what was decided', async () => {
  const controller = new AbortController();
  const reason = new Error('Interrupted.');
  const verifying = verifyClaims(CLAIMS, planFor(CLAIMS, [], undefined), {
    context: context(),
    signal: controller.signal,
    onProgress: (event) => {
      if (event.type === 'measuring' && event.by === 'probe redis-lock') controller.abort(reason);
    },
  });
  await expect(verifying).rejects.toBe(reason);
  expect([...(await readVerdicts(home)).keys()].sort()).toEqual(['kafka', 'payload']);
  expect(await listStacks(context())).toEqual([]);
  expect(readdirSync(path.join(home, 'claims')).filter((name) => !name.endsWith('.json'))).toEqual([]);
});
