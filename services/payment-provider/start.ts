import { loadConfig } from '@quickbite/shared/config';
import { startHttpServer } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import { createLogger } from '@quickbite/shared/logging';
import { createMetrics } from '@quickbite/shared/metrics';
import type { Knobs } from '@quickbite/shared/knobs';
import type { RunningService } from '@quickbite/shared/service';
import { configSchema } from './config.js';
import { openLedger } from './data-access/file-ledger.js';
import { createWebhookReceiver } from './data-access/http-webhooks.js';
import { createAnnounce } from './domain/announce.js';
import { createBehaviour } from './domain/behaviour.js';
import { startDelivery } from './domain/deliver-webhooks.js';
import { chargeEndpoints } from './entry-points/http/charge-endpoints.js';
import { ledgerRoutes } from './entry-points/http/ledger-routes.js';
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
  const behaviour = createBehaviour(knobs);
  const now = (): Date => new Date();
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = config;
  const receiver = url !== undefined && secret !== undefined ? createWebhookReceiver({ url, secret, now }) : undefined;
  const delivery =
    receiver &&
    startDelivery({
      book: ledger,
      send: (webhook) => receiver.send(webhook),
      delayMs: () => knobs.get('webhook.delayMs'),
      logger,
      now,
      random: Math.random,
    });
  const announce = createAnnounce({
    isWanted: () => receiver !== undefined && knobs.get('webhook.enabled'),
    copies: () => behaviour.copiesOfWebhook(),
  });
  const http = await startHttpServer({
    service: SERVICE,
    host: config.HOST,
    port: config.PORT,
    logger,
    metrics: createMetrics(SERVICE),
    knobs,
    labKey: config.QUICKBITE_LAB_KEY,
    readiness: [],
    internal: ledgerRoutes(ledger),
    endpoints: {
      list: chargeEndpoints({ ledger, behaviour, announce }),
      authorize: nobody,
      validateAnswers: config.QUICKBITE_VALIDATE_ANSWERS,
    },
  });
  return {
    port: http.port,
    async close() {
      await http.close({ graceMs: DRAIN_GRACE_MS });
      const stopped = delivery?.close();
      // Cuts what is being sent, so that stopping does not wait for a receiver that hangs.
      await receiver?.close();
      await stopped;
      ledger.close();
    },
  };
}
