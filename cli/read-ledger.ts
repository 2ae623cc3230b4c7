import { readVerdicts } from '@quickbite/benchmarks/claims';
import type { LatestVerdict } from '@quickbite/benchmarks/claims';
import { ExpectedError } from '@quickbite/runtime/errors';
import type { RuntimeContext } from '@quickbite/runtime/stack';
import { readClaims } from '@quickbite/study/pages';
import type { Claim } from '@quickbite/study/pages';

/** A claim, and what the learner's own machine last said of it. */
export interface LedgerEntry {
  readonly claim: Claim;
  readonly latest: LatestVerdict | null;
}

/** All claims with the learner's verdicts. @throws ExpectedError when a page cannot be read */
export async function readLedger({ root, home }: RuntimeContext): Promise<readonly LedgerEntry[]> {
  const [{ pages, problems }, verdicts] = await Promise.all([readClaims(root), readVerdicts(home)]);
  if (problems.length > 0)
    throw new ExpectedError('A page of docs/claims cannot be read.', {
      next: 'Put it right, then look again with "quickbite lab check".',
      details: problems.map(({ file, message }) => `${file} ${message}`),
    });
  return pages.map((claim) => ({ claim, latest: verdicts.get(claim.id) ?? null }));
}
