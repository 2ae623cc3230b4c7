import type { AccessPath } from '../query/access-path.js';
import { show } from '../values/document.js';

/** An access path in the words of the profiler: `IXSCAN { city: 1 }`. */
export function planSummary(access: AccessPath | undefined): string {
  if (access === undefined) return 'EOF';
  switch (access.stage) {
    case 'COLLSCAN':
    case 'IDHACK':
      return access.stage;
    case 'OR':
      return access.branches.map(planSummary).join(', ');
    case 'IXSCAN':
    case 'GEO_BOX':
      return `IXSCAN ${show(access.index.definition.key)}`;
    case 'GEO_NEAR_2DSPHERE':
    case 'TEXT_MATCH':
      return `${access.stage} ${show(access.index.definition.key)}`;
  }
}
