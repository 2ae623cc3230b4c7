import { join } from 'node:path';
import { eventually } from '@quickbite/shared/testing';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { withStack } from './booted.js';
import { repository } from './lab.js';
import { metricsPage } from './metrics-page.js';
import type { ScrapedService } from './metrics-page.js';
import { callGateway } from './people.js';

const PAGE = join(repository, 'docs', 'metrics.md');
const WITH_MONGO = ['user-service', 'restaurant-service', 'order-service', 'driver-service', 'notification-service'];
const WITH_OUTBOX = ['restaurant-service', 'order-service', 'driver-service'];
const QUEUES: Readonly<Record<string, string>> = {
  'driver-service': 'driver-service.orders',
  'order-service': 'order-service.drivers',
  'notification-service': 'notification-service.events',
};

test('every service measures what it does, and docs/metrics.md lists exactly that', async () => {
  await withStack({}, async (stack) => {
    const gateway = stack.process('api-gateway').url;
    await callGateway(gateway, 'GET', '/api/restaurants');
    const services = stack.processes.filter(({ kind }) => kind === 'service');
    const scrape = (): Promise<ScrapedService[]> =>
      Promise.all(
        services.map(async ({ name, url }) => ({ name, text: await (await fetch(`${url}/metrics`)).text() })),
      );
    const scraped = await scrape();
    const value = (service: string, series: RegExp): number => {
      const text = scraped.find(({ name }) => name === service)?.text ?? '';
      const line = text.split('\n').find((candidate) => series.test(candidate));
      if (line === undefined) throw new Error(`${service} has no ${String(series)} in:\n${text}`);
      return Number(line.split(' ').at(-1));
    };

    for (const { name } of services) {
      expect(value(name, /^http_request_duration_seconds_count/)).toBeGreaterThan(0);
      // In seconds, from nanoseconds: a busy machine delays a loop by some milliseconds, and by less than a minute.
      for (const quantile of ['p50', 'p99'] as const) {
        const lag = value(name, new RegExp(`^nodejs_eventloop_lag_${quantile}_seconds`));
        expect(lag).toBeGreaterThan(0.001);
        expect(lag).toBeLessThan(60);
      }
    }
    for (const name of WITH_MONGO) {
      expect(value(name, /^mongo_pool_connections/)).toBeGreaterThan(0);
      expect(value(name, /^mongo_pool_connections/)).toBeLessThanOrEqual(value(name, /^mongo_pool_max_connections/));
      expect(value(name, /^mongo_pool_wait_queue/)).toBe(0);
    }
    for (const name of WITH_OUTBOX) {
      expect(value(name, /^outbox_events/)).toBe(0);
      expect(value(name, /^outbox_oldest_event_age_seconds/)).toBe(0);
    }
    for (const [name, queue] of Object.entries(QUEUES)) {
      expect(value(name, new RegExp(`^queue_consumers\\{queue="${queue}"`))).toBe(1);
      expect(value(name, new RegExp(`^queue_messages\\{queue="${queue}.dead"`))).toBe(0);
    }
    expect(value('restaurant-service', /^cache_reads_total\{family="list",outcome="miss"/)).toBe(1);
    expect(value('api-gateway', /^circuit_breaker_state\{upstream="order-service"/)).toBe(0);

    const config = await resolveConfig(PAGE);
    const page = await format(metricsPage(scraped), { ...config, parser: 'markdown' });
    await expect(page, 'renew it with: npx vitest run tests/metrics -u').toMatchFileSnapshot(PAGE);

    // What waits is seen while it waits: a broker that hangs keeps the event, and the scrape does not hang with it.
    await stack.process('rabbitmq').pause();
    try {
      const began = performance.now();
      const { text } = (await scrape()).find(({ name }) => name === 'order-service') ?? { text: '' };
      expect(performance.now() - began).toBeLessThan(5000);
      expect(text).toContain('mongo_pool_connections');
      expect(text).not.toMatch(/^queue_messages\{/m);
    } finally {
      await stack.process('rabbitmq').resume();
    }
    await eventually(
      async () => {
        const { text } = (await scrape()).find(({ name }) => name === 'order-service') ?? { text: '' };
        expect(text).toMatch(/^queue_messages\{/m);
      },
      { withinMs: 30_000 },
    );
  });
});
