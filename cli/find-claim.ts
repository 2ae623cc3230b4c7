import type { Claim } from '@quickbite/study/pages';
import { noSuch } from './no-such.js';

/** The claim of that id. @throws ExpectedError that names the nearest one when there is none */
export function findClaim(id: string, claims: readonly Claim[]): Claim {
  const found = claims.find((claim) => claim.id === id);
  if (found) return found;
  const known = claims.map((claim) => claim.id);
  throw noSuch('claim', id, known, { meant: (nearest) => nearest, list: 'quickbite claims' });
}
