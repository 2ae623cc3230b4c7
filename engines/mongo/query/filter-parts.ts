import { CommandError } from '../commands/command-error.js';
import { requirePosition } from '../geo/geometry.js';
import { EARTH_RADIUS_M, type Position } from '../geo/sphere.js';
import { parseText, type TextQuery } from '../text/search-terms.js';
import { isDoc, omit, show, type Doc } from '../values/document.js';

/** One comparison that every matching document satisfies. */
export interface Condition {
  readonly operator: string;
  readonly value: unknown;
  /** The `$options` of a `$regex`. */
  readonly options?: unknown;
}

/** `$near`, `$nearSphere`, or a `$geoNear` stage: distances in metres. */
export interface Near {
  readonly path: string;
  readonly centre: Position;
  readonly minDistance: number;
  readonly maxDistance: number;
}

/** A filter taken apart for planning. */
export interface FilterParts {
  /** What every candidate is tested against; without the clauses below, which only an index can answer. */
  readonly residual: Doc;
  readonly conditions: ReadonlyMap<string, readonly Condition[]>;
  readonly near: Near | undefined;
  readonly text: TextQuery | undefined;
  /** The alternatives of a top-level `$or`, if there is one. */
  readonly alternatives: readonly Doc[] | undefined;
}

/** Takes a plain filter apart. @throws CommandError for a malformed `$near` or `$text` */
export function takeApart(filter: Doc): FilterParts {
  const conditions = new Map<string, Condition[]>();
  let near: Near | undefined;
  let text: TextQuery | undefined;
  let alternatives: Doc[] | undefined;

  const visit = (doc: Doc): Doc => {
    const residual: Doc = {};
    for (const [key, value] of Object.entries(doc)) {
      if (key === '$text') {
        text = parseText(value);
      } else if (key === '$and' && Array.isArray(value)) {
        residual[key] = value.map((part: unknown) => (isDoc(part) ? visit(part) : part));
      } else if (!key.startsWith('$') && isDoc(value) && ('$near' in value || '$nearSphere' in value)) {
        near = parseNear(key, value);
        const rest = omit(value, '$near', '$nearSphere', '$maxDistance', '$minDistance');
        if (Object.keys(rest).length > 0) residual[key] = rest;
      } else {
        residual[key] = value;
        if (key === '$or' && Array.isArray(value)) alternatives ??= value.filter(isDoc);
        if (!key.startsWith('$')) addConditions(conditions, key, value);
      }
    }
    return residual;
  };

  const residual = visit(filter);
  return { residual, conditions, near, text, alternatives };
}

function addConditions(conditions: Map<string, Condition[]>, path: string, value: unknown): void {
  const known = conditions.get(path) ?? [];
  conditions.set(path, known);
  if (value instanceof RegExp) {
    known.push({ operator: '$regex', value });
  } else if (!isDoc(value) || !isOperators(value)) {
    known.push({ operator: '$eq', value });
  } else {
    for (const [operator, operand] of Object.entries(value)) {
      if (operator === '$options') continue;
      known.push({ operator, value: operand, options: value['$options'] });
      // A document that matches has an element that does, and its fields are in the index under the longer path.
      if (operator === '$elemMatch' && isDoc(operand) && !isOperators(operand)) {
        for (const [field, condition] of Object.entries(operand)) {
          if (!field.startsWith('$')) addConditions(conditions, `${path}.${field}`, condition);
        }
      }
    }
  }
}

function isOperators(doc: Doc): boolean {
  return Object.keys(doc)[0]?.startsWith('$') ?? false;
}

function parseNear(path: string, clause: Doc): Near {
  const operator = '$near' in clause ? '$near' : '$nearSphere';
  const operand = clause[operator];
  if (isDoc(operand) && '$geometry' in operand) {
    return {
      path,
      centre: requirePosition(operand['$geometry'], operator),
      minDistance: metres(operand['$minDistance'], operator, 0),
      maxDistance: metres(operand['$maxDistance'], operator, Infinity),
    };
  }
  // With legacy coordinates distances are in radians.
  return {
    path,
    centre: requirePosition(operand, operator),
    minDistance: metres(clause['$minDistance'], operator, 0) * EARTH_RADIUS_M,
    maxDistance: metres(clause['$maxDistance'], operator, Infinity) * EARTH_RADIUS_M,
  };
}

/** A distance of a geographic clause. */
export function metres(value: unknown, operator: string, missing: number): number {
  if (value === undefined) return missing;
  if (typeof value === 'number' && value >= 0) return value;
  throw new CommandError('BadValue', `${operator}: expected a distance that is not negative, got ${show(value)}`);
}
