import type { Broker } from '../broker/broker.js';
import { publish } from '../channel/basic-publish.js';
import { Channel } from '../channel/channel.js';
import type { ConnectionPort } from '../channel/connection-port.js';
import { ContentAssembler } from '../channel/content-assembler.js';
import type { PublishCommand } from '../channel/content-assembler.js';
import { dispatch, isChannelMethod } from '../channel/dispatch.js';
import { AmqpError, closeFields } from '../codec/amqp-error.js';
import { encodeMethod } from '../codec/amqplib-codec.js';
import type { ClientMethod } from '../codec/methods.js';
import type { Logger } from '../logger.js';

interface OpenChannel {
  readonly channel: Channel;
  readonly content: ContentAssembler;
  /** We closed it after an error: what comes before the client's close-ok is not looked at. */
  closing: boolean;
}

/** The channels of a connection: opens and closes them, and gives each its frames. */
export class Channels {
  readonly #open = new Map<number, OpenChannel>();
  readonly #connection: ConnectionPort;
  readonly #broker: Broker;
  readonly #logger: Logger;
  readonly #channelMax: number;

  constructor(connection: ConnectionPort, broker: Broker, logger: Logger, channelMax: number) {
    this.#connection = connection;
    this.#broker = broker;
    this.#logger = logger;
    this.#channelMax = channelMax;
  }

  method(number: number, method: ClientMethod): void {
    if (method.name === 'channel.open') {
      this.#openChannel(number);
      return;
    }
    const open = this.#get(number);
    if (method.name === 'channel.close' || method.name === 'channel.close-ok') {
      this.#open.delete(number);
      open.channel.abandon();
      if (method.name === 'channel.close') this.#connection.send(encodeMethod('channel.close-ok', number, {}));
      return;
    }
    if (open.closing) return;
    open.content.refuseInterruption();
    this.#guard(open, method, () => {
      if (method.name === 'basic.publish') open.content.begin(method.fields);
      else if (isChannelMethod(method)) dispatch(open.channel, method);
      else throw new AmqpError('COMMAND_INVALID', `${method.name} is not allowed on channel ${number}`);
    });
  }

  header(number: number, payload: Buffer): void {
    this.#content(number, (content) => content.header(payload));
  }

  body(number: number, payload: Buffer): void {
    this.#content(number, (content) => content.body(payload));
  }

  /** The client reads again: goes on delivering. */
  resume(): void {
    for (const { channel } of this.#open.values()) channel.resume();
  }

  closeAll(): void {
    for (const { channel } of this.#open.values()) channel.abandon();
    this.#open.clear();
  }

  #openChannel(number: number): void {
    if (this.#open.has(number))
      throw new AmqpError('CHANNEL_ERROR', "second 'channel.open' seen", { method: 'channel.open' });
    if (this.#open.size >= this.#channelMax) {
      const { size } = this.#open;
      throw new AmqpError(
        'NOT_ALLOWED',
        `number of channels opened (${size}) has reached the negotiated channel_max (${this.#channelMax})`,
      );
    }
    const channel = new Channel(number, this.#connection, this.#broker);
    this.#open.set(number, { channel, content: new ContentAssembler(), closing: false });
    channel.send('channel.open-ok', {});
  }

  #content(number: number, take: (content: ContentAssembler) => PublishCommand | undefined): void {
    const open = this.#get(number);
    if (open.closing) return;
    this.#guard(open, { name: 'basic.publish' }, () => {
      const command = take(open.content);
      if (command) publish(open.channel, command);
    });
  }

  #get(number: number): OpenChannel {
    const open = this.#open.get(number);
    if (open) return open;
    throw new AmqpError('CHANNEL_ERROR', "expected 'channel.open'");
  }

  /** An error of the channel's scope closes the channel; others go up to the connection. */
  #guard(open: OpenChannel, method: Pick<ClientMethod, 'name'>, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof AmqpError) || error.scope !== 'channel') throw error;
      const { channel } = open;
      this.#logger.info('channel closed with an error', {
        channel: channel.number,
        method: method.name,
        error: error.message,
      });
      open.closing = true;
      open.content.reset();
      channel.send('channel.close', closeFields(error, method.name));
      channel.close();
    }
  }
}
