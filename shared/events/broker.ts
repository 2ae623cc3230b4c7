import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { ReadinessCheck } from '../http/index.js';
import type { Logger } from '../logging/index.js';
import type { EventEnvelope } from './envelope.js';
import { EVENTS_EXCHANGE, assertEventsExchange } from './topology.js';

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2000;
/** A confirm that takes longer is treated as lost: the outbox publishes again, and consumers are idempotent. */
const CONFIRM_TIMEOUT_MS = 5000;

/** A connection to RabbitMQ that comes back by itself. */
export interface Broker {
  /**
   * Publishes persistently, and resolves when the broker has confirmed it.
   * @throws when it is away or does not confirm; nothing is buffered here, that is the outbox's job
   */
  publish(event: EventEnvelope): Promise<void>;
  /** Runs `setup` on every new connection, now and after each reconnect: consumers are set up here. */
  onConnected(setup: (connection: ChannelModel) => Promise<void>): Promise<void>;
  readonly readiness: ReadinessCheck;
  close(): Promise<void>;
}

/** Connects, and keeps connecting: returns at once, readiness says when it is there. */
export function connectBroker(options: {
  readonly url: string;
  readonly service: string;
  readonly logger: Logger;
}): Broker {
  const { url, service, logger } = options;
  const stopping = new AbortController();
  const setups: ((connection: ChannelModel) => Promise<void>)[] = [];
  let current: { readonly connection: ChannelModel; readonly channel: ConfirmChannel } | undefined;
  let lastProblem = 'connecting';

  async function run(): Promise<void> {
    let pause = RECONNECT_MIN_MS;
    while (!stopping.signal.aborted) {
      try {
        await session(() => (pause = RECONNECT_MIN_MS));
        lastProblem = 'connection closed';
      } catch (error) {
        lastProblem = error instanceof Error ? error.message : String(error);
        if (pause === RECONNECT_MIN_MS) logger.warn('rabbitmq is away; reconnecting', { error });
      }
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, RECONNECT_MAX_MS);
    }
  }

  /** One connection from open to close. */
  async function session(onUp: () => void): Promise<void> {
    const connection = await connect(url, { clientProperties: { connection_name: service }, timeout: 3000 });
    const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()));
    connection.on('error', (error: unknown) => logger.warn('rabbitmq connection error', { error }));
    try {
      const channel = await connection.createConfirmChannel();
      channel.on('error', (error: unknown) => logger.error('rabbitmq channel error', { error }));
      await assertEventsExchange(channel);
      // Up only with its consumers: readiness must not promise what is still being set up. The loop also takes what is added
      // while it runs.
      for (const setup of setups) await setup(connection);
      current = { connection, channel };
      logger.info('rabbitmq connected');
      onUp();
      await closed;
    } finally {
      current = undefined;
      await connection.close().catch(() => undefined);
    }
  }

  const running = run();
  return {
    async publish(event) {
      if (!current) throw new Error(`rabbitmq is away: ${lastProblem}`);
      const { channel } = current;
      await confirmed((done) =>
        channel.publish(
          EVENTS_EXCHANGE,
          event.type,
          Buffer.from(JSON.stringify(event)),
          {
            persistent: true,
            messageId: event.id,
            type: event.type,
            appId: service,
            contentType: 'application/json',
            timestamp: Math.floor(Date.parse(event.occurredAt) / 1000),
            headers: { 'x-correlation-id': event.correlationId, traceparent: event.traceparent },
          },
          done,
        ),
      );
    },
    async onConnected(setup) {
      setups.push(setup);
      if (current) await setup(current.connection);
    },
    readiness: {
      name: 'rabbitmq',
      check: () => (current ? Promise.resolve() : Promise.reject(new Error(lastProblem))),
    },
    async close() {
      stopping.abort();
      await current?.connection.close().catch(() => undefined);
      await running;
    },
  };
}

function confirmed(publish: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no confirm within ${CONFIRM_TIMEOUT_MS} ms`)), CONFIRM_TIMEOUT_MS);
    publish((error) => {
      clearTimeout(timer);
      if (error) reject(error instanceof Error ? error : new Error('the broker refused the message'));
      else resolve();
    });
  });
}
