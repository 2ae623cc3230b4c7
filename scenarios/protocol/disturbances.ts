import { isDeepStrictEqual } from 'node:util';
import type { StartedStack } from '@quickbite/runtime/stack';
import { faultOf, titleOf } from '../faults/index.js';
import type { FaultPlan } from '../faults/index.js';
import { readKnobs, setKnobs } from '../probes/index.js';
import type { KnobValues, LabEndpoint, Observation } from '../probes/index.js';
import { observed } from '../probes/observation.js';
import { waitUntil } from '../probes/wait-until.js';
import { Inconclusive } from './inconclusive.js';
import type { Disturbance, Journal, JournalEntry } from './journal.js';

const PROOF_MS = 5_000;
/** A killed service has to start again. */
const HEALING_MS = 20_000;

/** The internal endpoints of one service of a stack. */
export function labEndpoint(stack: StartedStack, service: string): LabEndpoint {
  return { service, url: stack.process(service).url, labKey: stack.labKey };
}

/** A fault that is in effect. */
export interface ProvedFault {
  readonly plan: FaultPlan;
  readonly entry: JournalEntry;
  readonly injectedAt: number;
  readonly provedAt: number;
  readonly proof: readonly Observation[];
}

/**
 * Journals a fault, injects it, and returns when every statement of its proof holds.
 * @throws ExpectedError before anything is broken, when this stack cannot do it
 */
export async function injectFault(
  stack: StartedStack,
  journal: Journal,
  by: string,
  plan: FaultPlan,
): Promise<ProvedFault> {
  const fault = faultOf(plan);
  await fault.check(stack, plan);
  const entry = await journal.record(by, { kind: 'fault', plan });
  const injectedAt = Date.now();
  await fault.inject(stack, plan);
  const proof = await provedWithin(PROOF_MS, () => fault.prove(stack, plan, injectedAt));
  const missing = proof.filter((statement) => !statement.holds);
  if (missing.length === 0) return { plan, entry, injectedAt, provedAt: Date.now(), proof };
  throw new Inconclusive(`The fault "${titleOf(plan)}" was not seen to take effect (${seenInstead(missing)}).`);
}

/** Looks again and again until every statement holds; the last look, when the time is over first. */
async function provedWithin(
  withinMs: number,
  look: () => Promise<readonly Observation[]>,
): Promise<readonly Observation[]> {
  let last: readonly Observation[] = [];
  await waitUntil(
    async () => {
      last = await look();
      return last.every((statement) => statement.holds) ? true : undefined;
    },
    { withinMs },
  );
  return last;
}

const seenInstead = (missing: readonly Observation[]): string =>
  missing.map(({ statement, seen }) => `${statement}: ${seen}`).join('; ');

/** Changes knobs of a service, journalled with the values that they had. @returns the entry, for `undo` */
export async function changeKnobs(
  stack: StartedStack,
  journal: Journal,
  by: string,
  service: string,
  values: KnobValues,
): Promise<JournalEntry> {
  const endpoint = labEndpoint(stack, service);
  const before = await readKnobs(endpoint);
  const previous = Object.fromEntries(
    before.filter((knob) => knob.name in values).map((knob) => [knob.name, knob.value]),
  );
  const entry = await journal.record(by, { kind: 'knobs', service, changed: values, previous });
  await setKnobs(endpoint, values);
  return entry;
}

/** In words, for the screen. */
export function describeDisturbance(what: Disturbance): string {
  return what.kind === 'fault'
    ? titleOf(what.plan)
    : `${countKnobs(Object.keys(what.changed).length)} of ${what.service}`;
}

/** Undoes one disturbance and returns the proof; throws `Inconclusive` when it is not seen undone in time. */
export async function undo(stack: StartedStack, what: Disturbance): Promise<readonly Observation[]> {
  const proof = what.kind === 'fault' ? await undoFault(stack, what.plan) : await undoKnobs(stack, what);
  const missing = proof.filter((statement) => !statement.holds);
  if (missing.length === 0) return proof;
  throw new Inconclusive(`"${describeDisturbance(what)}" could not be undone (${seenInstead(missing)}).`);
}

async function undoFault(stack: StartedStack, plan: FaultPlan): Promise<readonly Observation[]> {
  const fault = faultOf(plan);
  await fault.revert(stack, plan);
  return provedWithin(HEALING_MS, () => fault.proveUndone(stack, plan));
}

async function undoKnobs(
  stack: StartedStack,
  what: Extract<Disturbance, { kind: 'knobs' }>,
): Promise<readonly Observation[]> {
  if (Object.keys(what.previous).length === 0) return [];
  const after = await setKnobs(labEndpoint(stack, what.service), what.previous);
  return Object.entries(what.previous).map(([name, wanted]) => {
    const value = after.find((knob) => knob.name === name)?.value;
    return observed(`${what.service} ${name} is back`, isDeepStrictEqual(value, wanted), JSON.stringify(value ?? null));
  });
}

const countKnobs = (count: number): string => `${String(count)} knob${count === 1 ? '' : 's'}`;
