import { CommandError } from '../commands/command-error.js';
import { isDoc, type Doc } from '../values/document.js';

/** Operators that run JavaScript: here as on a mongod with `security.javascriptEnabled: false`. */
const SCRIPTS = new Set(['$function', '$accumulator', '$where']);

/**
 * Makes a pipeline ready for mingo, with the pipelines inside it: scripts are refused, and `$bucket`, whose lower boundaries
 * mingo leaves out, becomes the `$group` and `$sort` that it stands for.
 */
export function prepareStages(stages: readonly Doc[]): Doc[] {
  for (const stage of stages) refuseScripts(stage);
  return stages.flatMap(prepared);
}

function prepared(stage: Doc): Doc[] {
  const { $bucket, $facet, $lookup, $unionWith } = stage;
  if (isDoc($bucket)) return bucketed($bucket);
  if (isDoc($facet)) {
    const facets = Object.entries($facet).map(([name, inner]) => [
      name,
      isPipeline(inner) ? inner.flatMap(prepared) : inner,
    ]);
    return [{ $facet: Object.fromEntries(facets) as Doc }];
  }
  if (isDoc($lookup) && isPipeline($lookup['pipeline']))
    return [{ $lookup: { ...$lookup, pipeline: $lookup['pipeline'].flatMap(prepared) } }];
  if (isDoc($unionWith) && isPipeline($unionWith['pipeline']))
    return [{ $unionWith: { ...$unionWith, pipeline: $unionWith['pipeline'].flatMap(prepared) } }];
  return [stage];
}

/** https://www.mongodb.com/docs/v7.0/reference/operator/aggregation/bucket/ */
function bucketed({ groupBy, boundaries, default: other, output = { count: { $sum: 1 } } }: Doc): Doc[] {
  if (!Array.isArray(boundaries) || boundaries.length < 2 || !isDoc(output))
    throw new CommandError('BadValue', 'The $bucket boundaries field must be an array with at least 2 values');
  const branches = boundaries.slice(0, -1).map((from: unknown, index) => ({
    case: {
      $and: [
        { $gte: [groupBy, { $literal: from }] },
        { $lt: [groupBy, { $literal: boundaries[index + 1] as unknown }] },
      ],
    },
    then: { $literal: from },
  }));
  const fallback = other === undefined ? {} : { default: { $literal: other } };
  return [{ $group: { _id: { $switch: { branches, ...fallback } }, ...output } }, { $sort: { _id: 1 } }];
}

function isPipeline(value: unknown): value is Doc[] {
  return Array.isArray(value) && value.every(isDoc);
}

function refuseScripts(value: unknown): void {
  if (Array.isArray(value)) value.forEach(refuseScripts);
  if (!isDoc(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (SCRIPTS.has(key)) throw new CommandError('BadValue', `${key} not allowed: server-side JavaScript is disabled`);
    refuseScripts(inner);
  }
}
