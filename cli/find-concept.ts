import type { ConceptStatus } from '@quickbite/study/learn';
import { noSuch } from './no-such.js';

/** The concept of that id. @throws ExpectedError that names the nearest one when there is none */
export function findConcept(id: string, statuses: readonly ConceptStatus[]): ConceptStatus {
  const found = statuses.find(({ concept }) => concept.id === id);
  if (found) return found;
  const known = statuses.map(({ concept }) => concept.id);
  throw noSuch('concept', id, known, { meant: (nearest) => `quickbite learn ${nearest}`, list: 'quickbite learn' });
}
