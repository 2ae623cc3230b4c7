import { ExpectedError } from '@quickbite/runtime/errors';
import type { z } from 'zod';

/** How to reach the internal endpoints of one service of a lab stack. */
export interface LabEndpoint {
  readonly service: string;
  readonly url: string;
  readonly labKey: string;
}

const TIMEOUT_MS = 3_000;

/** A call that changes something. */
export type LabChange = { readonly put: unknown } | { readonly post: unknown; readonly timeoutMs: number };

/** Calls an internal endpoint and parses what it answers. */
export async function callLab<T>(
  endpoint: LabEndpoint,
  path: string,
  schema: z.ZodType<T>,
  change?: LabChange,
): Promise<T> {
  const call = `${methodOf(change)} ${endpoint.url}${path}`;
  const { status, text } = await exchange(endpoint, path, call, change);
  if (status !== 200) {
    throw new ExpectedError(`Expected ${endpoint.service} to answer "${call}" with 200, got ${String(status)}.`, {
      next:
        status === 400 ? 'Correct the names and values above.' : `Look at its log: quickbite logs ${endpoint.service}`,
      details: problemsIn(text),
      exitCode: status === 400 ? 2 : 1,
    });
  }
  const parsed = schema.safeParse(asJson(text));
  if (parsed.success) return parsed.data;
  throw new ExpectedError(`"${call}" answered something else than docs/contracts.md promises.`, {
    next: 'Rebuild with "npm run build" and start the stack again.',
    details: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
  });
}

function methodOf(change: LabChange | undefined): 'GET' | 'PUT' | 'POST' {
  if (!change) return 'GET';
  return 'post' in change ? 'POST' : 'PUT';
}

async function exchange(
  endpoint: LabEndpoint,
  path: string,
  call: string,
  change: LabChange | undefined,
): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(`${endpoint.url}${path}`, {
      headers: { 'x-lab-key': endpoint.labKey, 'content-type': 'application/json' },
      method: methodOf(change),
      signal: AbortSignal.timeout(change && 'post' in change ? change.timeoutMs : TIMEOUT_MS),
      ...(change ? { body: JSON.stringify('post' in change ? change.post : change.put) } : {}),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw new ExpectedError(`Expected ${endpoint.service} to answer "${call}", got no answer.`, {
      next: 'See what is up with "quickbite status".',
      cause,
    });
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The lines of a problem document that help: its detail and one line for each invalid value. */
function problemsIn(text: string): string[] {
  const problem = asJson(text);
  if (typeof problem !== 'object' || problem === null) return text === '' ? [] : [text.slice(0, 300)];
  const detail = 'detail' in problem && typeof problem.detail === 'string' ? [problem.detail] : [];
  const errors = 'errors' in problem && Array.isArray(problem.errors) ? problem.errors : [];
  return [...detail, ...errors.map((error: unknown) => messageOf(error))];
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const path = 'path' in error && typeof error.path === 'string' ? `${error.path}: ` : '';
  return 'message' in error && typeof error.message === 'string' ? `${path}${error.message}` : JSON.stringify(error);
}
