import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const told = z.looseObject({ id: z.string(), type: z.string(), data: z.looseObject({ idempotencyKey: z.string() }) });

/** One delivery as it came. */
export interface ReceivedWebhook {
  readonly raw: string;
  readonly signature: string;
  readonly webhook: z.infer<typeof told>;
}

/** Somebody who wants to be told. */
export interface StartedReceiver {
  readonly url: string;
  /** Everything that came, refused or not. */
  readonly received: ReceivedWebhook[];
  /** From now on answers with this status, or not at all. */
  answer(status: number | 'nothing'): void;
  stop(): void;
}

export async function startReceiver(): Promise<StartedReceiver> {
  const received: ReceivedWebhook[] = [];
  let status: number | 'nothing' = 200;
  const server = createServer((req, res) => {
    void text(req).then((raw) => {
      const webhook = told.parse(JSON.parse(raw));
      received.push({ raw, webhook, signature: String(req.headers['payment-signature']) });
      if (status !== 'nothing') res.writeHead(status).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/told?by=provider`,
    received,
    answer: (next) => void (status = next),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
