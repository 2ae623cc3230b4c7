import type { RunRecord } from '../protocol/index.js';

/** The evidence of a run of one check, `at most 50`. */
export function someRecord({
  runId = 'run-1',
  measured = 10,
  repeated,
}: {
  readonly runId?: string;
  readonly measured?: number;
  readonly repeated?: RunRecord['repeated'];
}): RunRecord {
  const outcome = measured <= 50 ? 'passed' : 'failed';
  const check = {
    arm: 'defended',
    name: 'queries',
    target: 'at most 50',
    unit: '',
    samples: 100,
    minSamples: 1,
  } as const;
  return {
    schemaVersion: 2,
    runId,
    ...(repeated ? { repeated } : {}),
    presented: false,
    scenario: { id: 'some-scenario', title: 'Some <scenario>' },
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    outcome: outcome === 'passed' ? 'proved' : 'refuted',
    reasons: [],
    parameters: { rate: 40 },
    seed: 1,
    traffic: null,
    environment: {
      quickbite: '0.1.0',
      node: 'v20.20.0',
      platform: 'linux',
      cpu: 'a processor',
      cores: 2,
      memoryBytes: 4e9,
      launcher: 'process',
      engines: { redis: 'embedded' },
    },
    stack: { id: 'default', bootedForThisRun: true },
    preflight: [],
    arms: {},
    checks: [{ ...check, measured, outcome }],
    why: ['Because of <this>.', 'And of that.'],
  };
}
