import { attachStack } from '@quickbite/runtime/stack';
import type { RuntimeContext, StartedStack } from '@quickbite/runtime/stack';
import { describe, faultOf, titleOf } from '../faults/index.js';
import type { FaultPlan } from '../faults/index.js';
import type { Observation } from '../probes/observation.js';
import { observed } from '../probes/observation.js';
import { openJournal } from '../protocol/journal.js';
import type { JournalEntry } from '../protocol/journal.js';
import { placesOf, shortId } from './journal-words.js';

/** Something that is broken, as it was just seen. */
export interface FaultInEffect {
  /** To undo it with; null when it is in no journal, so that only its author can. */
  readonly id: string | null;
  /** In a few words, e.g. `pause restaurant-service`. */
  readonly what: string;
  /** As a sentence. */
  readonly description: string;
  /** Who did it: `hand`, or a scenario. Null when nobody knows. */
  readonly by: string | null;
  readonly since: string | null;
  /** Whether every statement of the proof holds now. */
  readonly inEffect: boolean;
  readonly proof: readonly Observation[];
}

/** Everything that is broken on a stack now: what the journal holds, looked at again, and what is broken besides. */
export async function faultsInEffect(context: RuntimeContext, stackId: string): Promise<readonly FaultInEffect[]> {
  const stack = await attachStack(stackId, context);
  const entries = await openJournal(stack.folder).pending();
  const known = await Promise.all(
    entries.flatMap((entry) =>
      entry.disturbance.kind === 'fault' ? [look(stack, entry, entry.disturbance.plan)] : [],
    ),
  );
  const places = entries.flatMap(({ disturbance }) => (disturbance.kind === 'fault' ? placesOf(disturbance) : []));
  return [...known, ...(await unknownIn(stack, places))];
}

/** A fault of the journal with the proof that was seen for it. */
export function journalled(entry: JournalEntry, plan: FaultPlan, proof: readonly Observation[]): FaultInEffect {
  return {
    id: shortId(entry),
    what: titleOf(plan),
    description: describe(plan),
    by: entry.by,
    since: entry.writtenAt,
    inEffect: proof.every(({ holds }) => holds),
    proof,
  };
}

async function look(stack: StartedStack, entry: JournalEntry, plan: FaultPlan): Promise<FaultInEffect> {
  const proof = await faultOf(plan)
    .prove(stack, plan, Date.parse(entry.writtenAt))
    .catch((error: unknown) => [observed('it can be looked at', false, asWords(error))]);
  return journalled(entry, plan, proof);
}

/** Broken by somebody who wrote nothing down: by a signal, through the proxy's API, or by itself. */
async function unknownIn(stack: StartedStack, places: readonly string[]): Promise<readonly FaultInEffect[]> {
  const processes = stack.processes
    .filter(({ name }) => !places.includes(name))
    .map(async (process) => {
      const { name } = process;
      const now = await process.status();
      if (now === 'running') return [];
      const description = now === 'paused' ? `${name} is frozen (SIGSTOP)` : `${name} is not running`;
      return [unknown(name, description, observed('the process runs', false, now))];
    });
  const links = stack.links
    .filter(({ name }) => !places.includes(name))
    .map(async (link) => {
      const state = await link.state().catch(() => undefined);
      if (!state || (state.enabled && state.toxics.length === 0)) return [];
      const seen = [...(state.enabled ? [] : ['closed']), ...state.toxics.map(({ type }) => type)].join(', ');
      const proof = observed('the proxy carries it undisturbed', false, seen);
      return [unknown(link.name, `${link.name} is disturbed at the proxy: ${seen}`, proof)];
    });
  return (await Promise.all([...processes, ...links])).flat();
}

const unknown = (what: string, description: string, seen: Observation): FaultInEffect => ({
  id: null,
  what,
  description,
  by: null,
  since: null,
  inEffect: true,
  proof: [seen],
});

const asWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
