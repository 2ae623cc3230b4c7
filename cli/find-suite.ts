import { suites } from '@quickbite/benchmarks/suites';
import type { Suite } from '@quickbite/benchmarks/suites';
import { ExpectedError } from '@quickbite/runtime/errors';
import { nearestName } from './nearest-name.js';

/** The word that stands for every benchmark; none may have it as its id. */
const ALL = 'all';

/** The benchmarks that are meant. @throws ExpectedError with the nearest name when there is none */
export function findSuites(id: string): readonly Suite[] {
  if (id === ALL) return suites;
  const found = suites.find((suite) => suite.id === id);
  if (found) return [found];
  const names = [...suites.map((suite) => suite.id), ALL];
  const near = nearestName(id, names);
  throw new ExpectedError(`There is no benchmark "${id}".`, {
    next: near === undefined ? `Choose one of ${names.join(', ')}.` : `Did you mean "quickbite bench ${near}"?`,
    exitCode: 2,
  });
}
