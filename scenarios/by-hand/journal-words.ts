import { nameOfLink } from '../faults/index.js';
import type { Disturbance, JournalEntry } from '../protocol/journal.js';

/** What a person types: the random end of an entry's id. */
export const shortId = (entry: JournalEntry): string => entry.id.slice(entry.id.lastIndexOf('-') + 1);

/** Where a disturbance is: names of processes, or of links. */
export function placesOf(what: Disturbance): readonly string[] {
  if (what.kind === 'knobs') return [what.service];
  if ('target' in what.plan) return [what.plan.target];
  return ('links' in what.plan ? what.plan.links : [what.plan.link]).map(nameOfLink);
}
