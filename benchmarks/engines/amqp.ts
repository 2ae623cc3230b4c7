import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { ConnectedClient, Contender, EngineBenchmark, Workload } from './benchmark.js';

/** The embedded AMQP broker beside an installed RabbitMQ, used by amqplib as the services use it. */

const MAIN = fileURLToPath(new URL('../../../engines/dist/amqp/main.js', import.meta.url));
/** Where system packages put it: the wrapper on PATH insists on root. */
const RABBITMQ = ['/usr/lib/rabbitmq/bin/rabbitmq-server', '/usr/local/sbin/rabbitmq-server'];
/** About what an event of the lab weighs, in bytes. */
const BODY = Buffer.alloc(300, 'x');
const HEADER = Buffer.from('AMQP\u0000\u0000\u0009\u0001', 'latin1');

/** Erlang's port mapper and the ports of the cluster, away from those that the system gives out. */
const portMapperOf = (port: number) => port - 20_000;
const distributionOf = (port: number) => port - 20_001;

function contenders(): readonly Contender[] {
  const embedded: Contender = {
    title: 'embedded',
    command: process.execPath,
    args: (port, folder) => [MAIN, '--port', String(port), '--data', folder],
  };
  const server = RABBITMQ.find((file) => existsSync(file));
  return server === undefined ? [embedded] : [embedded, rabbitmq(server)];
}

function rabbitmq(server: string): Contender {
  // Its own tool to tell the version starts a daemon, which stays; the folder says it too.
  const [, version = ''] = /rabbitmq_server-([\d.]+)/.exec(realpathSync(server)) ?? [];
  return {
    title: `rabbitmq-server ${version}`.trim(),
    command: server,
    args: () => [],
    env: (port, folder) => {
      mkdirSync(join(folder, 'log'), { recursive: true });
      writeFileSync(join(folder, 'enabled_plugins'), '[].');
      return {
        HOME: folder,
        RABBITMQ_NODENAME: `quickbite-bench-${port}@localhost`,
        RABBITMQ_NODE_PORT: String(port),
        RABBITMQ_DIST_PORT: String(distributionOf(port)),
        ERL_EPMD_PORT: String(portMapperOf(port)),
        RABBITMQ_MNESIA_BASE: folder,
        RABBITMQ_LOG_BASE: join(folder, 'log'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      };
    },
    afterwards: async (port) => {
      await once(spawn('epmd', ['-port', String(portMapperOf(port)), '-kill'], { stdio: 'ignore' }), 'exit');
    },
  };
}

/** Whether the protocol header is answered with connection.start. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1');
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    // A method frame on channel 0 with class 10 and method 10, after the length.
    socket.once('data', (data) => finish(data[0] === 1 && data.subarray(7, 11).equals(Buffer.from([0, 10, 0, 10]))));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.write(HEADER);
  });
}

const openConnection = (port: number): Promise<ChannelModel> => connect(`amqp://127.0.0.1:${port}`, { noDelay: true });

function publishConfirmed(channel: ConfirmChannel, queue: string, messageId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, BODY, { persistent: true, messageId }, (error: unknown) => {
      if (error) reject(new Error('expected a confirm, the broker refused the message', { cause: error }));
      else resolve();
    });
  });
}

/** Clients that publish to one durable queue, all on one channel, as one service does. */
function publishers(): Workload['connect'] {
  let shared: { readonly connection: ChannelModel; readonly channel: ConfirmChannel } | undefined;
  return async (port, client) => {
    shared ??= await openPublisher(port);
    const { connection, channel } = shared;
    return {
      once: () => publishConfirmed(channel, 'bench', String(client)),
      close: async () => {
        if (client === 0) await connection.close();
      },
    };
  };
}

async function openPublisher(port: number) {
  const connection = await openConnection(port);
  const channel = await connection.createConfirmChannel();
  await channel.deleteQueue('bench');
  await channel.assertQueue('bench', { durable: true });
  return { connection, channel };
}

const confirmedPublishes: Workload = {
  title: 'confirmed persistent publish of 300 B, 100 in flight',
  clients: 100,
  operationsPerRequest: 1,
  goal: { perSecond: 5_000 },
  connect: publishers(),
};

const oneAtATime: Workload = {
  title: 'confirmed persistent publish, one at a time',
  clients: 1,
  operationsPerRequest: 1,
  connect: publishers(),
};

/** A queue of its own for each client: what it publishes comes back to it, and is acknowledged. */
const roundTrips: Workload = {
  title: 'publish, deliver and acknowledge, 16 clients',
  clients: 16,
  operationsPerRequest: 1,
  connect: async (port, client): Promise<ConnectedClient> => {
    const connection = await openConnection(port);
    const channel = await connection.createConfirmChannel();
    const queue = `bench.${client}`;
    await channel.assertQueue(queue, { durable: true });
    await channel.purgeQueue(queue);
    let arrived: (messageId: string) => void = () => undefined;
    await channel.consume(queue, (message) => {
      if (!message) return;
      channel.ack(message);
      arrived(String(message.properties.messageId));
    });
    let sent = 0;
    return {
      once: async () => {
        sent += 1;
        const expected = String(sent);
        const delivered = new Promise<void>((resolve, reject) => {
          arrived = (messageId) => {
            if (messageId === expected) resolve();
            else reject(new Error(`expected message ${expected}, got ${messageId}`));
          };
        });
        await Promise.all([delivered, publishConfirmed(channel, queue, expected)]);
      },
      close: () => connection.close(),
    };
  },
};

export const amqp: EngineBenchmark = {
  contenders,
  answers,
  workloads: [confirmedPublishes, oneAtATime, roundTrips],
  goals: { readyMs: 400, restMb: 90 },
};
