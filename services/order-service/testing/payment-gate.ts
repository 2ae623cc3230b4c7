import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { text } from 'node:stream/consumers';
import { createWebhookRelay } from './webhook-relay.js';
import type { WebhookRelay } from './webhook-relay.js';

const LAB_KEY = 'a-lab-key-for-tests';
const WEBHOOK_SECRET = 'a secret for the webhooks of these tests';

const ledgerAnswer = z.object({
  charges: z.array(z.object({ id: z.string(), idempotencyKey: z.string(), status: z.string(), amount: z.unknown() })),
  refunds: z.array(z.object({ chargeId: z.string(), idempotencyKey: z.string() })),
});
/** What the provider has taken and given back. */
export type ProviderLedger = z.infer<typeof ledgerAnswer>;

const PROVIDER = resolve(import.meta.dirname, '../../payment-provider/dist/main.js');

/** The real payment provider, as a process of its own, behind a door that can keep its answers back. */
export interface StartedPaymentGate {
  readonly url: string;
  /** What webhooks are signed with. */
  readonly webhookSecret: string;
  /** Where they go once the provider's knob `webhook.enabled` is on; it starts off. */
  readonly webhooks: WebhookRelay;
  setKnobs(changes: object): Promise<void>;
  /** From now on the provider does its work, and its answers wait at the gate. */
  hold(): {
    /** Resolves when an answer waits: the provider has done what it was asked. */
    readonly reached: Promise<void>;
    /** Lets the answers pass, these and later ones. */
    release(): void;
  };
  /** While shut, connections are cut before anything reaches the provider. */
  shut(isShut: boolean): void;
  ledger(): Promise<ProviderLedger>;
  /** Every charge that the provider made or repeated, by id, in the order of its answers. */
  readonly chargeIds: string[];
  /** How a charge stands at the provider: `succeeded` or `refunded`. */
  chargeStatus(chargeId: string): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startPaymentGate(): Promise<StartedPaymentGate> {
  const folder = await mkdtemp(join(tmpdir(), 'quickbite-test-ledger-'));
  const webhooks = createWebhookRelay();
  let provider = '';
  const chargeIds: string[] = [];
  let passage = Promise.resolve();
  let isShut = false;
  let onReached = (): void => undefined;

  const server = createServer((req, res) => {
    if (req.url === '/webhooks') {
      webhooks.handle(req, res);
      return;
    }
    if (isShut) {
      req.socket.destroy();
      return;
    }
    const forwarded = forward(`${provider}${req.url ?? ''}`, req.method ?? 'GET', text(req));
    const answered = forwarded.then(async ({ status, body }) => {
      const id = /"id":"(ch_[0-9a-f]+)"/.exec(body)?.[1];
      if (id !== undefined && req.method === 'POST') chargeIds.push(id);
      onReached();
      await passage;
      res.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    // The provider cut the connection: so does the gate.
    answered.catch(() => req.socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, ['--enable-source-maps', PROVIDER], {
    env: {
      PORT: '0',
      DATA_DIR: folder,
      QUICKBITE_LAB_KEY: LAB_KEY,
      WEBHOOK_URL: `${url}/webhooks`,
      WEBHOOK_SECRET,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  provider = `http://127.0.0.1:${await listeningPort(child.stdout)}`;
  const setKnobs = async (changes: object): Promise<void> => {
    const { ok, status } = await fetch(`${provider}/internal/knobs`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-lab-key': LAB_KEY },
      body: JSON.stringify(changes),
    });
    if (!ok) throw new Error(`the provider's knobs were not changed: ${status}`);
  };
  await setKnobs({ 'webhook.enabled': false });

  return {
    url,
    webhookSecret: WEBHOOK_SECRET,
    webhooks,
    setKnobs,
    chargeIds,
    shut: (shut) => void (isShut = shut),
    async ledger() {
      const answer = await fetch(`${provider}/internal/ledger`, { headers: { 'x-lab-key': LAB_KEY } });
      return ledgerAnswer.parse(await answer.json());
    },
    hold() {
      let release = (): void => undefined;
      passage = new Promise((letPass) => (release = letPass));
      return { reached: new Promise((isReached) => (onReached = isReached)), release };
    },
    async chargeStatus(chargeId) {
      const charge: unknown = await (await fetch(`${provider}/charges/${chargeId}`)).json();
      return typeof charge === 'object' && charge !== null && 'status' in charge ? charge.status : charge;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function forward(url: string, method: string, body: Promise<string>): Promise<{ status: number; body: string }> {
  const sent = await body;
  const response = await fetch(url, {
    method,
    ...(sent !== '' && { headers: { 'content-type': 'application/json' }, body: sent }),
  });
  return { status: response.status, body: await response.text() };
}

async function listeningPort(stdout: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: stdout })) {
    const port = /"message":"listening".*"port":(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    stdout.resume();
    return Number(port);
  }
  throw new Error(`expected ${PROVIDER} to listen, but it ended. Build first: npm run build`);
}
