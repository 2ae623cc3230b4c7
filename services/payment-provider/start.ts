import { loadConfig } from '@quickbite/shared/config';
import { startHttpServer } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { Knobs } from '@quickbite/shared/knobs';
import type { RunningService } from '@quickbite/shared/service';
import { configSchema } from './config.js';
import { openLedger } from './data-access/file-ledger.js';
import { createBehaviour } from './domain/behaviour.js';
import { chargeEndpoints } from './entry-points/http/charge-endpoints.js';
import { ledgerRoute } from './entry-points/http/ledger-route.js';
import type { knobs as knobDefs } from './knobs.js';

const SERVICE = 'payment-provider';
const DRAIN_GRACE_MS = 10_000;

const nobody: Authorize = () => {
  throw new Error('expected no endpoint of the payment provider to ask for an account of the stack');
};

/** Starts the provider, with what its ledger says from before. */
export async function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  const config = loadConfig(configSchema, env);
  const logger = createLogger({ service: SERVICE, level: config.LOG_LEVEL });
  const ledger = openLedger(config.DATA_DIR);
  const http = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics: createMetrics(SERVICE),
    knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [],
    internal: ledgerRoute(ledger),
    endpoints: {
      list: chargeEndpoints({ ledger, behaviour: createBehaviour(knobs) }),
      authorize: nobody,
      validateAnswers: config.QUICKBITE_VALIDATE_ANSWERS,
    },
  });
  return {
    port: http.port,
    async close() {
      await http.close({ graceMs: DRAIN_GRACE_MS });
      ledger.close();
    },
  };
}
