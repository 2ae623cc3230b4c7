import autocannon from 'autocannon';
import type { Journey, LoadPlan, LoadResult, PlannedRequest } from './load-plan.js';
import { createStepRecord, fill, idIn } from './step-record.js';

/** How long autocannon waits for an answer, s. */
const TIMEOUT_S = 10;

/** What one connection is doing. */
interface Context {
  journey?: Journey;
  request?: PlannedRequest;
  id?: string | undefined;
  sentAt?: number;
  begunAt?: number;
}

/** As much load as is taken, by connections that each wait for their answer. */
export async function closedLoop(
  { target, journeys, first, seconds }: LoadPlan,
  connections: number,
): Promise<LoadResult> {
  const records = (journeys[0] ?? []).map(createStepRecord);
  const finished: { id: string; dueAt: number }[] = [];
  const epoch = Date.now() - performance.now();
  let next = first;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;

  const steps = records.map((record, step): autocannon.Request => ({
    setupRequest(sent, given) {
      const context: Context = given;
      if (step === 0) context.journey = journeys[next++ % journeys.length] ?? [];
      const planned = context.journey?.[step];
      if (!planned) return sent;
      const request = fill(planned, context.id);
      context.request = request;
      context.sentAt = performance.now();
      const { method, path, headers, body } = request;
      return { ...sent, method, path, headers, ...(body === undefined ? {} : { body }) };
    },
    onResponse(status, body, given) {
      const { request, sentAt = 0 }: Context = given;
      const now = performance.now();
      // autocannon ends at the tick after the time is up.
      if (request === undefined || now > endsAt) return;
      const isRight = record.answered(request, status, now - sentAt);
      const context = given as Context;
      if (step === 0) {
        context.id = isRight ? idIn(body) : undefined;
        context.begunAt = sentAt;
      }
      const { id, begunAt = 0 } = context;
      if (isRight && id !== undefined && step > 0 && step === records.length - 1)
        finished.push({ id, dueAt: epoch + begunAt });
    },
  }));
  const { errors } = await autocannon({
    url: target,
    connections,
    duration: seconds,
    timeout: TIMEOUT_S,
    requests: steps,
  });
  const results = records.map((record) => record.result());
  return {
    seconds,
    steps: results.map((result, step) => (step === 0 ? withErrors(result, errors) : result)),
    finished,
    lateMs: 0,
    next,
  };
}

/** Broken connections and timeouts belong to no step that autocannon names. */
function withErrors(result: LoadResult['steps'][number], errors: number): LoadResult['steps'][number] {
  if (errors === 0) return result;
  return { ...result, failed: result.failed + errors, statuses: { ...result.statuses, none: errors } };
}
