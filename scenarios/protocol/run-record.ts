import { z } from 'zod';

const nullableNumber = z.number().nullable();

const checkResult = z.object({
  arm: z.enum(['undefended', 'defended', 'both']),
  name: z.string(),
  target: z.string(),
  unit: z.string(),
  measured: z.union([z.number(), z.string()]).nullable(),
  samples: z.number(),
  minSamples: z.number(),
  outcome: z.enum(['passed', 'failed', 'undecided']),
});

const observation = z.object({ statement: z.string(), holds: z.boolean(), seen: z.string(), at: z.number() });

const armRecord = z.object({
  knobs: z.record(z.string(), z.record(z.string(), z.unknown())),
  startedAt: z.iso.datetime(),
  /** Phases and faults in ms after the arm's start. */
  phases: z.array(z.object({ name: z.string(), what: z.string(), fromMs: z.number(), toMs: z.number() })),
  faults: z.array(
    z.object({
      what: z.string(),
      plan: z.record(z.string(), z.unknown()),
      injectedMs: z.number(),
      provedMs: z.number(),
      healedMs: z.number(),
      readyMs: z.number(),
      proof: z.array(observation),
      proofOfHealing: z.array(observation),
    }),
  ),
  variants: z.array(
    z.object({
      name: z.string(),
      knobs: z.record(z.string(), z.record(z.string(), z.unknown())),
      fromMs: z.number(),
      toMs: z.number(),
    }),
  ),
  /** What the story measured itself. */
  values: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      samples: z.number(),
      counted: z.boolean(),
      atMs: z.number(),
      phase: z.string(),
      variant: z.string().optional(),
    }),
  ),
  offered: z.number(),
  /** SHA-256 of the schedule over the arm's length: equal in both arms when the load was the same. None without load. */
  schedule: z.string().nullable(),
  series: z.array(
    z.object({
      fromMs: z.number(),
      offered: z.number(),
      answered: z.number(),
      failed: z.number(),
      fallbacks: z.number(),
      p50: nullableNumber,
      p99: nullableNumber,
      peakWaiting: z.number(),
      observed: z.record(z.string(), z.string()),
    }),
  ),
});

/** The evidence of one run, `result.json`. A change of its shape is a new version. */
export const runRecord = z.object({
  schemaVersion: z.literal(2),
  runId: z.string(),
  /** Where the same run was repeated: the n-th of how many, which have this name in common. */
  repeated: z.object({ group: z.string(), n: z.number(), of: z.number() }).optional(),
  /** A presenter decided when each phase began. */
  presented: z.boolean().default(false),
  scenario: z.object({ id: z.string(), title: z.string() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  outcome: z.enum(['proved', 'refuted', 'inconclusive', 'measured', 'interrupted']),
  /** Why it is that outcome, one sentence each. Empty when proved. */
  reasons: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()),
  seed: z.number(),
  /** Null where only the story acts. */
  traffic: z.string().nullable(),
  environment: z.object({
    quickbite: z.string(),
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
    launcher: z.string(),
    /** Where each engine comes from. */
    engines: z.record(z.string(), z.string()),
  }),
  stack: z.object({ id: z.string(), bootedForThisRun: z.boolean() }),
  preflight: z.array(z.object({ what: z.string(), ms: z.number() })),
  arms: z.object({ undefended: armRecord.optional(), defended: armRecord.optional() }),
  checks: z.array(checkResult),
  why: z.array(z.string()),
});

export type RunRecord = z.infer<typeof runRecord>;
export type ArmRecord = z.infer<typeof armRecord>;
