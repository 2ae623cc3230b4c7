import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from './api-error.js';

const MAX_BODY_BYTES = 1024 * 1024;

/** What a request sent, parsed but not yet trusted. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a body as JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ApiError(413, `request body larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') throw badRequest('EOF');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

/** The fields of an object; null is an empty one, as for Go. */
export function asObject(value: unknown, where: string): JsonObject {
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw wrongType(value, where, 'object');
}

/** A text; the fallback when the field is absent. */
export function textIn(object: JsonObject, field: string, fallback: string): string {
  const value = object[field] ?? fallback;
  if (typeof value === 'string') return value;
  throw wrongType(value, `.${field}`, 'string');
}

/** A truth value; the fallback when the field is absent. */
export function flagIn(object: JsonObject, field: string, fallback: boolean): boolean {
  const value = object[field] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw wrongType(value, `.${field}`, 'bool');
}

/** A number; the fallback when the field is absent. */
export function numberIn(object: JsonObject, field: string, fallback: number): number {
  const value = object[field] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrongType(value, `.${field}`, 'float32');
}

/** A whole number; the fallback when the field is absent. */
export function integerIn(object: JsonObject, field: string, fallback: number): number {
  const value = object[field] ?? fallback;
  if (Number.isSafeInteger(value)) return value as number;
  throw wrongType(value, `.attributes.${field}`, 'int64');
}

function wrongType(value: unknown, where: string, expected: string): ApiError {
  const got = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return badRequest(`json: cannot unmarshal ${got} into Go value ${where} of type ${expected}`);
}
