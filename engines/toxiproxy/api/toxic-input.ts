import { kinds } from '../toxics/kinds.js';
import type { Attributes, ToxicKind } from '../toxics/toxic-kind.js';
import type { Toxic } from '../toxics/toxic.js';
import { ApiError, badRequest } from './api-error.js';
import type { JsonObject } from './json-body.js';
import { asObject, integerIn, numberIn, textIn } from './json-body.js';

/** A toxic as `POST /proxies/{name}/toxics` sends it. */
export function newToxic(body: unknown): Toxic {
  const fields = asObject(body, 'ToxicWrapper');
  const type = textIn(fields, 'type', '');
  const stream = textIn(fields, 'stream', 'downstream').toLowerCase();
  if (stream !== 'upstream' && stream !== 'downstream') {
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  }
  const kind = kinds.get(type);
  if (!kind) throw new ApiError(400, 'invalid toxic type');
  const name = textIn(fields, 'name', '') || `${type}_${stream}`;
  const toxicity = numberIn(fields, 'toxicity', 1);
  return { name, type, kind, stream, toxicity, attributes: attributesOf(kind, fields, kind.defaults) };
}

/** What a request changes of a toxic: attributes and toxicity; what it does not name stays. */
export function changedToxic(body: unknown, toxic: Toxic): Pick<Toxic, 'attributes' | 'toxicity'> {
  const fields = asObject(body, 'ToxicWrapper');
  return {
    attributes: attributesOf(toxic.kind, fields, toxic.attributes),
    toxicity: numberIn(fields, 'toxicity', toxic.toxicity),
  };
}

function attributesOf(kind: ToxicKind, fields: JsonObject, current: Attributes): Attributes {
  const given = asObject(fields['attributes'] ?? null, '.attributes');
  const attributes = Object.fromEntries(
    Object.entries(current).map(([name, value]) => [name, integerIn(given, name, value)]),
  );
  const problem = kind.problemWith?.(attributes);
  if (problem !== undefined) throw badRequest(problem);
  return attributes;
}
