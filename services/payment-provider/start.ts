import type { Knobs } from '@quickbite/shared/knobs';
import type { RunningService } from '@quickbite/shared/service';
import { startService } from '@quickbite/shared/startup';
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

/** Starts the provider, with what its ledger says from before. */
export function start(context: {
  readonly env: NodeJS.ProcessEnv;
  readonly knobs: Knobs<typeof knobDefs>;
}): Promise<RunningService> {
  const { env, knobs } = context;
  return startService({ service: SERVICE, config: configSchema, env, knobs }, ({ config, logger, opened }) => {
    const ledger = opened(openLedger(config.DATA_DIR), (it) => it.close());
    const behaviour = createBehaviour(knobs);
    const now = (): Date => new Date();
    const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = config;
    const receiver =
      url !== undefined && secret !== undefined ? createWebhookReceiver({ url, secret, now }) : undefined;
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
    opened(delivery, async (it) => {
      const stopped = it?.close();
      // Cuts what is being sent, so that stopping does not wait for a receiver that hangs.
      await receiver?.close();
      await stopped;
    });
    const announce = createAnnounce({
      isWanted: () => receiver !== undefined && knobs.get('webhook.enabled'),
      copies: () => behaviour.copiesOfWebhook(),
    });
    return {
      readiness: [],
      internal: ledgerRoutes(ledger),
      endpoints: chargeEndpoints({ ledger, behaviour, announce }),
    };
  });
}
