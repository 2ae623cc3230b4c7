import { once } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { Channel, ChannelModel, ConfirmChannel, Options } from 'amqplib';
import type { ReadinessCheck } from '../http/index.js';
import type { Logger } from '../logging/index.js';
import { failSpan, startPublishSpan } from '../tracing/index.js';
import type { EventEnvelope } from './envelope.js';
import { EVENTS_EXCHANGE, assertEventsExchange } from './topology.js';

const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 2000;
/** A confirm that takes longer is treated as lost: the outbox publishes again, and consumers are idempotent. */
const CONFIRM_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 3000;
/** How long a goodbye may take, ms: a broker that hangs must not keep a service from ending. */
const CLOSE_TIMEOUT_MS = 1000;
/** A connection on which nothing came for twice as many seconds is given up. RabbitMQ's own default, 60, would hide a hung broker. */
const HEARTBEAT_S = 10;

/** A connection to RabbitMQ that comes back by itself. */
export interface Broker {
  /**
   * Publishes, and resolves when the broker has confirmed it.
   * @throws when it is away or does not confirm; nothing is buffered here, that is the outbox's job
   */
  publish(event: EventEnvelope): Promise<void>;
  /** Puts a message into one queue, past the exchange and with the same promises as `publish`: for what was parked there. */
  sendToQueue(queue: string, content: Buffer, properties: Options.Publish): Promise<void>;
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
  /** Whether events are to be on disk when they are confirmed; asked at each. Default yes. */
  readonly persistent?: () => boolean;
}): Broker {
  const { service, logger, persistent = () => true } = options;
  const url = withHeartbeat(options.url);
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort');
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
    const connection = await connect(url, {
      clientProperties: { connection_name: service },
      timeout: CONNECT_TIMEOUT_MS,
      // Nagle's algorithm would hold a small publish back until the acknowledgement before it is confirmed: up to 40 ms each.
      noDelay: true,
    });
    const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()));
    connection.on('error', (error: unknown) => logger.warn('rabbitmq connection error', { error }));
    try {
      const channel = await connection.createConfirmChannel();
      channel.on('error', (error: unknown) => logger.error('rabbitmq channel error', { error }));
      reconnectWhenClosed(connection, channel);
      await assertEventsExchange(channel);
      // Up only with its consumers: readiness must not promise what is still being set up. The loop also takes what is added
      // while it runs.
      for (const setup of setups) await setup(connection);
      current = { connection, channel };
      logger.info('rabbitmq connected');
      onUp();
      await Promise.race([closed, stopped]);
    } finally {
      current = undefined;
      await closeConnection(connection);
    }
  }

  const running = run();
  return {
    async publish(event) {
      if (!current) throw new Error(`rabbitmq is away: ${lastProblem}`);
      const { channel } = current;
      const span = startPublishSpan({
        exchange: EVENTS_EXCHANGE,
        routingKey: event.type,
        id: event.id,
        parent: event.traceparent,
      });
      const traceparent = span?.traceparent ?? event.traceparent;
      const properties = {
        ...propertiesOf(event),
        persistent: persistent(),
        appId: service,
        headers: headersOf(event, traceparent),
      };
      try {
        await confirmed((done) =>
          channel.publish(EVENTS_EXCHANGE, event.type, Buffer.from(JSON.stringify(event)), properties, done),
        );
        span?.end();
      } catch (error) {
        if (span) failSpan(span, error);
        throw error;
      }
    },
    async sendToQueue(queue, content, properties) {
      if (!current) throw new Error(`rabbitmq is away: ${lastProblem}`);
      const { channel } = current;
      await confirmed((done) => channel.sendToQueue(queue, content, { ...properties, persistent: true }, done));
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
      await running;
    },
  };
}

function propertiesOf({ id, type, occurredAt }: EventEnvelope): Options.Publish {
  return {
    messageId: id,
    type,
    contentType: 'application/json',
    timestamp: Math.floor(Date.parse(occurredAt) / 1000),
  };
}

const headersOf = ({ correlationId }: EventEnvelope, traceparent: string): Record<string, string> => ({
  'x-correlation-id': correlationId,
  traceparent,
});

function confirmed(publish: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no confirm within ${CONFIRM_TIMEOUT_MS} ms`)), CONFIRM_TIMEOUT_MS);
    const done = (error: unknown): void => {
      clearTimeout(timer);
      if (error) reject(error instanceof Error ? error : new Error('the broker refused the message'));
      else resolve();
    };
    try {
      publish(done);
    } catch (error) {
      done(error);
    }
  });
}

/** What a broker has closed stays closed: only a new connection brings a lost channel, and its consumer, back. */
export function reconnectWhenClosed(connection: ChannelModel, channel: Channel): void {
  channel.once('close', () => void closeConnection(connection));
}

async function closeConnection(connection: ChannelModel): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([
    connection.close().catch(() => undefined),
    delay(CLOSE_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined),
  ]);
  timeout.abort();
  // The types keep the socket to themselves.
  const socket: unknown = Reflect.get(connection.connection, 'stream');
  if (socket instanceof Socket) socket.destroy();
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.href;
}
