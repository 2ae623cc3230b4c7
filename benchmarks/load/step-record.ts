import { randomUUID } from 'node:crypto';
import type { PlannedRequest, StepResult } from './load-plan.js';

/** Counts what became of one step. */
export interface StepRecord {
  /** @param status undefined for no answer @returns whether it was the right one */
  answered(request: PlannedRequest, status: number | undefined, ms: number): boolean;
  result(): StepResult;
}

/** Makes an empty one. */
export function createStepRecord(): StepRecord {
  const latencies: number[] = [];
  const statuses = new Map<string, number>();
  let failed = 0;
  return {
    answered({ expects }, status, ms) {
      const word = status === undefined ? 'none' : String(status);
      statuses.set(word, (statuses.get(word) ?? 0) + 1);
      if (status === expects) latencies.push(ms);
      else failed += 1;
      return status === expects;
    },
    result: () => ({ latencies: Float64Array.from(latencies), failed, statuses: Object.fromEntries(statuses) }),
  };
}

/** The request as it is sent: a new idempotency key, and the id of the answer before it. */
export function fill(request: PlannedRequest, id: string | undefined): PlannedRequest {
  const { path, headers } = request;
  const keyed = headers['idempotency-key'] === '{key}' ? { ...headers, 'idempotency-key': randomUUID() } : headers;
  return { ...request, path: id === undefined ? path : path.replace('{id}', id), headers: keyed };
}

/** The id in an answer; undefined where it has none. */
export const idIn = (text: string): string | undefined => /"id":"([^"]+)"/.exec(text)?.[1];
