import { ExpectedError } from '@quickbite/runtime/errors';
import type { Claim } from '@quickbite/study/pages';
import { nearestName } from './nearest-name.js';

/** The claim of that id. @throws ExpectedError that names the nearest one when there is none */
export function findClaim(id: string, claims: readonly Claim[]): Claim {
  const found = claims.find((claim) => claim.id === id);
  if (found) return found;
  const meant = nearestName(
    id,
    claims.map((claim) => claim.id),
  );
  throw new ExpectedError(`There is no claim "${id}".`, {
    next: meant ? `Did you mean "quickbite claims show ${meant}"?` : 'List them with "quickbite claims".',
    exitCode: 2,
  });
}
