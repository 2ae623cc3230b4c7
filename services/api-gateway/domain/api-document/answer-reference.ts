import { z } from 'zod';
import type { Operation } from './service-document.js';

/** Marks a schema in the gateway's own documentation that is somebody else's answer. */
const ANSWER_OF = 'x-answer-of';

/** A body that a service answers: passed on unread, and documented with that service's own schema. */
export function answerOf(method: 'get', path: `/api/${string}`): z.ZodType {
  return z.unknown().meta({ [ANSWER_OF]: `${method} ${path}` });
}

const content = z.object({ 'application/json': z.object({ schema: z.unknown() }) });

/** Puts the schemas of the services' answers in the place of their marks; any object where a service is not known yet. */
export function resolveAnswers(value: unknown, paths: Readonly<Record<string, Record<string, Operation>>>): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolveAnswers(entry, paths));
  if (typeof value !== 'object' || value === null) return value;
  if (ANSWER_OF in value && typeof value[ANSWER_OF] === 'string') return schemaOfAnswer(value[ANSWER_OF], paths);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, resolveAnswers(entry, paths)]));
}

function schemaOfAnswer(reference: string, paths: Readonly<Record<string, Record<string, Operation>>>): unknown {
  const [method = '', path = ''] = reference.split(' ');
  const answer = content.safeParse(paths[path]?.[method]?.responses['200']?.['content']);
  return answer.success ? answer.data['application/json'].schema : { type: 'object' };
}
