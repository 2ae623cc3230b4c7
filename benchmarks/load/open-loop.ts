import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { createStepRecord, fill, idIn } from './step-record.js';

const TIMEOUT_MS = 10_000;

/**
 * One journey after the other at even distances, whether or not those before were answered: customers do not wait for each other. Latency
 * counts from the time at which a request was due, so that a stall is felt by everybody who came during it.
 */
export async function openLoop({ target, journeys, first, seconds }: LoadPlan, rate: number): Promise<LoadResult> {
  const records = (journeys[0] ?? []).map(createStepRecord);
  const agent = new Agent({ connections: null, pipelining: 1, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const finished: { id: string; dueAt: number }[] = [];
  const late: number[] = [];
  const epoch = Date.now() - performance.now();

  const travel = async (number: number, dueAt: number): Promise<void> => {
    late.push(performance.now() - dueAt);
    let [intendedAt, id]: [number, string | undefined] = [dueAt, undefined];
    for (const [step, planned] of (journeys[number % journeys.length] ?? []).entries()) {
      const request = fill(planned, id);
      const { status, text } = await exchange(agent, target, request, records.length > 1);
      const now = performance.now();
      const isRight = records[step]?.answered(request, status, now - intendedAt) ?? false;
      if (!isRight) return;
      if (step === 0) id = idIn(text);
      // Whoever has the answer sends the next request at once: that is when it is due.
      intendedAt = now;
    }
    if (id !== undefined) finished.push({ id, dueAt: epoch + dueAt });
  };

  const planned = Math.round(seconds * rate);
  const startedAt = performance.now();
  const open = new Set<Promise<void>>();
  for (let sent = 0; sent < planned;) {
    const dueAt = startedAt + (sent * 1000) / rate;
    const now = performance.now();
    if (dueAt > now) {
      await delay(dueAt - now);
      continue;
    }
    const going = travel(first + sent, dueAt).finally(() => open.delete(going));
    open.add(going);
    sent += 1;
  }
  await Promise.all(open);
  await agent.destroy();
  late.sort((a, b) => a - b);
  return {
    seconds,
    steps: records.map((record) => record.result()),
    finished,
    lateMs: late[Math.floor(late.length / 2)] ?? 0,
    next: first + planned,
  };
}

async function exchange(
  agent: Agent,
  origin: string,
  { method, path, headers, body }: ReturnType<typeof fill>,
  keepText: boolean,
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  try {
    const answer = await agent.request({ origin, method, path, headers, ...(body === undefined ? {} : { body }) });
    const text = keepText ? await answer.body.text() : '';
    if (!keepText) await answer.body.dump();
    return { status: answer.statusCode, text };
  } catch {
    return { status: undefined, text: '' };
  }
}
