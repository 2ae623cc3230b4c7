import { suites } from '@quickbite/benchmarks/suites';
import type { Suite } from '@quickbite/benchmarks/suites';
import { noSuch } from './no-such.js';

/** The word that stands for every benchmark; none may have it as its id. */
const ALL = 'all';

/** The benchmarks that are meant. @throws ExpectedError with the nearest name when there is none */
export function findSuites(id: string): readonly Suite[] {
  if (id === ALL) return suites;
  const found = suites.find((suite) => suite.id === id);
  if (found) return [found];
  const known = [...suites.map((suite) => suite.id), ALL];
  throw noSuch('benchmark', id, known, { meant: (nearest) => `quickbite bench ${nearest}`, list: 'quickbite bench' });
}
