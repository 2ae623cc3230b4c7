import { loadConfig } from '@quickbite/shared/config';
import { startHttpServer } from '@quickbite/shared/http';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { Knobs } from '@quickbite/shared/knobs';
import type { RunningService } from '@quickbite/shared/service';
import { configSchema } from './config.js';
import { createLedger } from './data-access/ledger.js';
import { chargeRoutes } from './entry-points/http/charge-routes.js';
import type { knobs as knobDefs } from './knobs.js';

const SERVICE = 'payment-provider';
const DRAIN_GRACE_MS = 10_000;

/** Starts the provider; its ledger lives as long as the process. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const config = loadConfig(configSchema, context.env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const http = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics: createMetrics(SERVICE),
    knobs: context.knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [],
    routes: (app) => app.use(chargeRoutes({ ledger: createLedger(), knobs: context.knobs, random: Math.random })),
  });
  return { port: http.port, close: () => http.close({ graceMs: DRAIN_GRACE_MS }) };
}
