import type { StartedStack } from '@quickbite/runtime/stack';
import type { Observer } from '../protocol/observer.js';
import { MetricsSnapshot } from '../readers/metrics-snapshot.js';

const METRICS_MS = 2_000;

/** Watches how many messages wait in a queue, as the service that consumes it reports it. */
export function queueDepthOf(service: string, queue: string): Observer<number> {
  return {
    name: `queue:${queue}`,
    label: 'queue',
    read: (stack) => readDepth(stack, service, queue),
    show: String,
    level: (depth) => depth,
  };
}

async function readDepth(stack: StartedStack, service: string, queue: string): Promise<number> {
  const { url } = stack.process(service);
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(METRICS_MS) });
  const depth = MetricsSnapshot.parse(await answer.text()).value('queue_messages', { queue });
  if (depth === undefined) throw new RangeError(`Expected ${service} to report the queue ${queue}; it does not now.`);
  return depth;
}
