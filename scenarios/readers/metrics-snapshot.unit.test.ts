import { expect, test } from 'vitest';
import { MetricsSnapshot } from './index.js';

const at = (processed: number): MetricsSnapshot =>
  MetricsSnapshot.parse(`# HELP messages_total Messages that were handled
# TYPE messages_total counter
messages_total{queue="a \\"quoted\\" one",outcome="processed",service="x"} ${String(processed)}
messages_total{queue="b",outcome="processed",service="x"} 5
messages_total{queue="b",outcome="parked",service="x"} 1
process_resident_memory_bytes 1048576
nodejs_eventloop_lag_p99_seconds{service="x"} 0.0125
process_cpu_seconds_total 2.5e-1
`);

test('the value is the sum of all series with those labels; of none there is none', () => {
  const metrics = at(10);
  expect(metrics.value('messages_total')).toBe(16);
  expect(metrics.value('messages_total', { queue: 'b' })).toBe(6);
  expect(metrics.value('messages_total', { queue: 'a "quoted" one' })).toBe(10);
  expect(metrics.value('messages_total', { queue: 'c' })).toBeUndefined();
});

test('growth is counted since an earlier snapshot, from 0 for a series that was not there', () => {
  expect(at(25).since(at(10), 'messages_total', { outcome: 'processed' })).toBe(15);
  expect(at(25).since(MetricsSnapshot.parse(''), 'messages_total', { queue: 'b' })).toBe(6);
});

test('the process tells its memory, CPU and the delay of its event loop', () => {
  expect(at(1).process).toMatchObject({
    memoryBytes: 1_048_576,
    cpuSeconds: 0.25,
    eventLoopDelayMs: 12.5,
    openSockets: 0,
  });
});
