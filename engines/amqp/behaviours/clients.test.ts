import { connect } from 'amqplib';
import type { Channel, ChannelModel, ConsumeMessage, GetMessage, Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';

/** Where the server is; asked when a test starts. */
export type UrlOf = () => string;

export type Clients = ReturnType<typeof clients>;

/** A connection with a channel for each test, and what the tests do with them. Everything is closed after the test. */
export function clients(url: UrlOf) {
  let connection: ChannelModel;
  let channel: Channel;
  let prefix: string;
  const opened: ChannelModel[] = [];

  beforeEach(async () => {
    prefix = `t-${randomUUID()}`;
    connection = await open();
    channel = await connection.createChannel();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((model) => model.close().catch(() => undefined)));
  });

  /** A name that no other test uses. */
  const name = (suffix: string) => `${prefix}.${suffix}`;

  async function open(query = ''): Promise<ChannelModel> {
    const model = await connect(`${url()}${query}`);
    model.on('error', () => undefined);
    opened.push(model);
    return model;
  }

  /** A queue that goes with the connection. */
  async function queue(suffix: string, args: Record<string, unknown> = {}, on: Channel = channel): Promise<string> {
    return (await on.assertQueue(name(suffix), { exclusive: true, arguments: args })).queue;
  }

  async function exchange(type: string, options: Options.AssertExchange = {}, suffix = type): Promise<string> {
    return (await channel.assertExchange(name(suffix), type, { autoDelete: true, ...options })).exchange;
  }

  const send = (to: string, text: string, options?: Options.Publish) =>
    channel.sendToQueue(to, Buffer.from(text), options);

  /** The next message, waited for. */
  async function next(from: string, on: Channel = channel): Promise<GetMessage> {
    return eventually(async () => (await on.get(from, {})) || undefined);
  }

  async function texts(from: string, count: number): Promise<string[]> {
    const found: string[] = [];
    while (found.length < count) found.push((await next(from)).content.toString());
    return found;
  }

  const countOf = async (of: string) => (await channel.checkQueue(of)).messageCount;

  /** Consumes into an array. */
  async function collect(from: string, options: Options.Consume = {}, on: Channel = channel) {
    const messages: ConsumeMessage[] = [];
    const { consumerTag } = await on.consume(from, (message) => message && messages.push(message), options);
    return { messages, consumerTag, texts: () => messages.map(({ content }) => content.toString()) };
  }

  /** What the server says when it closes a channel for what `action` does. */
  async function refusal(action: (on: Channel) => unknown): Promise<string> {
    const victim = await connection.createChannel();
    return saidWhileClosing(victim, victim, action);
  }

  /** What the server says when it closes a connection for what `action` does on a channel of it. */
  async function ending(action: (on: Channel) => unknown): Promise<string> {
    const victim = await open();
    const on = await victim.createChannel();
    on.on('error', () => undefined);
    return saidWhileClosing(victim, on, action);
  }

  /** Ends a connection without a word, as a machine does that loses its network. */
  function vanish(model: ChannelModel): void {
    // The client does not notice, so there is nothing left to close.
    opened.splice(opened.indexOf(model), 1);
    // The types of amqplib do not show its socket.
    (model.connection as unknown as { stream: Socket }).stream.destroy();
  }

  return {
    get connection() {
      return connection;
    },
    get channel() {
      return channel;
    },
    name,
    open,
    queue,
    exchange,
    send,
    next,
    texts,
    countOf,
    collect,
    refusal,
    ending,
    vanish,
  };
}

/** What comes with the error of a channel or connection; rejects when the server has no objection. */
async function saidWhileClosing(
  victim: EventEmitter,
  channel: Channel,
  action: (on: Channel) => unknown,
): Promise<string> {
  const closed = new Promise<string>((resolve) => {
    victim.once('error', (error: Error) => resolve(error.message));
  });
  const survived = (async () => {
    await action(channel);
    // What came before it on the channel is done when this is answered.
    await channel.checkExchange('amq.direct');
  })().then(
    () => Promise.reject(new Error('expected the server to refuse this, it did not')),
    () => closed,
  );
  return Promise.race([closed, survived]);
}

/** Repeats a question until it is answered. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(5);
  }
  throw new Error('Waited 20 s for an answer in vain.');
}

/** The history of a dead letter, as it came over the wire. */
export function deathsOf(message: GetMessage | ConsumeMessage): Record<string, unknown>[] {
  return (message.properties.headers?.['x-death'] ?? []) as unknown as Record<string, unknown>[];
}
