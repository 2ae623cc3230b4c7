import type { Socket } from 'node:net';
import type { Broker } from '../broker/broker.js';
import type { ConnectionPort } from '../channel/connection-port.js';
import { AmqpError, closeFields } from '../codec/amqp-error.js';
import { decodeMethod, encodeMethod } from '../codec/amqplib-codec.js';
import type { RawFrame } from '../codec/amqplib-codec.js';
import { FrameReader } from '../codec/frame-reader.js';
import type { ClientMethod, ClientMethodName, ServerMethods } from '../codec/methods.js';
import type { Logger } from '../logger.js';
import { Channels } from './channels.js';
import { Handshake, PROTOCOL_HEADER } from './handshake.js';
import type { Agreement } from './handshake.js';
import { startHeartbeat } from './heartbeat.js';
import { Output } from './output.js';

const FRAME_METHOD = 1;
const FRAME_HEADER = 2;
const FRAME_BODY = 3;
const FRAME_HEARTBEAT = 8;
/** Frames are this large at most until something else is agreed on. */
const INITIAL_FRAME_MAX = 131_072;
/** Milliseconds for the handshake, as in RabbitMQ. */
const HANDSHAKE_TIMEOUT = 10_000;
/** Milliseconds that a client gets to answer our close. */
const CLOSE_TIMEOUT = 1_000;

export interface ConnectionOptions {
  readonly broker: Broker;
  readonly logger: Logger;
  /** Whether more is waiting for the disk than should: then publishers are not read. */
  readonly diskIsBehind: () => boolean;
  readonly onClosed: () => void;
}

/** One client: from the protocol header to the end of the socket. */
export class Connection implements ConnectionPort {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #output: Output;
  readonly #reader = new FrameReader(INITIAL_FRAME_MAX);
  readonly #handshake = new Handshake((name, fields) => this.#sendMethod(name, fields));
  readonly #handshakeTimer: NodeJS.Timeout;
  #closeTimer: NodeJS.Timeout | undefined;
  #state: 'header' | 'handshake' | 'open' | 'closing' | 'closed' = 'header';
  #header: Buffer = Buffer.alloc(0);
  #agreement: Agreement | undefined;
  #channels: Channels | undefined;
  #stopHeartbeat: () => void = () => undefined;
  #lastReceived = Date.now();
  #handled: ClientMethodName | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#output = new Output(socket, () => this.#readsAgain());
    this.#handshakeTimer = setTimeout(() => socket.destroy(), HANDSHAKE_TIMEOUT);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    // Whatever the error is, 'close' follows.
    socket.on('error', (error) => options.logger.info('socket error', { error: error.message }));
    socket.on('close', () => this.#ended());
  }

  get user(): string {
    return this.#agreement?.user ?? '';
  }

  get frameMax(): number {
    return this.#agreement?.frameMax ?? INITIAL_FRAME_MAX;
  }

  get wantsConsumerCancel(): boolean {
    return this.#agreement?.wantsConsumerCancel ?? false;
  }

  writable(): boolean {
    return this.#output.hasRoom;
  }

  send(bytes: Buffer): void {
    this.#output.send(bytes);
  }

  /** Asks the client to go, as RabbitMQ does when it stops; the socket is gone a second later at the latest. */
  shutDown(): void {
    if (this.#state === 'open')
      this.#fail(new AmqpError('CONNECTION_FORCED', "broker forced connection closure with reason 'shutdown'"));
    else if (this.#state !== 'closing') this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#lastReceived = Date.now();
    try {
      this.#reader.push(this.#state === 'header' ? this.#takeHeader(bytes) : bytes);
      for (let frame = this.#nextFrame(); frame !== undefined; frame = this.#nextFrame()) this.#frame(frame);
    } catch (error) {
      this.#failWith(error);
    }
    if (this.#output.isStuck) this.#socket.pause();
    else if (this.#options.diskIsBehind()) this.#waitForDisk();
  }

  #nextFrame(): RawFrame | undefined {
    return this.#state === 'header' || this.#state === 'closed' ? undefined : this.#reader.next();
  }

  /** Checks the eight bytes that come first; returns what follows them. */
  #takeHeader(bytes: Buffer): Buffer {
    this.#header = Buffer.concat([this.#header, bytes]);
    const expected = PROTOCOL_HEADER.subarray(0, this.#header.length);
    if (!this.#header.subarray(0, PROTOCOL_HEADER.length).equals(expected)) {
      // By the protocol, the answer to another version is the one we speak.
      this.#state = 'closed';
      this.#socket.end(PROTOCOL_HEADER);
      return Buffer.alloc(0);
    }
    if (this.#header.length < PROTOCOL_HEADER.length) return Buffer.alloc(0);
    this.#state = 'handshake';
    this.#handshake.start();
    return this.#header.subarray(PROTOCOL_HEADER.length);
  }

  #frame(frame: RawFrame): void {
    this.#handled = undefined;
    if (frame.type === FRAME_HEARTBEAT) {
      if (frame.channel !== 0) throw new AmqpError('UNEXPECTED_FRAME', `a heartbeat on channel ${frame.channel}`);
      return;
    }
    if (frame.type === FRAME_METHOD) {
      const method = decodeMethod(frame.payload);
      this.#handled = method.name;
      this.#method(frame.channel, method);
      return;
    }
    if (this.#state === 'closing') return;
    const channels = this.#openChannels('a content frame');
    if (frame.type === FRAME_HEADER) channels.header(frame.channel, frame.payload);
    else if (frame.type === FRAME_BODY) channels.body(frame.channel, frame.payload);
    else throw new AmqpError('FRAME_ERROR', `unknown frame type ${frame.type}`);
  }

  #method(channel: number, method: ClientMethod): void {
    if (method.name === 'connection.close') {
      this.#leave();
      this.#sendMethod('connection.close-ok', {});
      this.#finish();
    } else if (this.#state === 'closing') {
      if (method.name === 'connection.close-ok') this.#finish();
    } else if (channel !== 0) {
      this.#openChannels(method.name).method(channel, method);
    } else if (this.#state === 'handshake') {
      const agreement = this.#handshake.take(method);
      if (agreement) this.#begin(agreement);
    } else {
      throw new AmqpError('CHANNEL_ERROR', `${method.name} is not allowed on channel 0 of an open connection`);
    }
  }

  #begin(agreement: Agreement): void {
    clearTimeout(this.#handshakeTimer);
    this.#state = 'open';
    this.#agreement = agreement;
    this.#reader.frameMax = agreement.frameMax;
    this.#channels = new Channels(this, this.#options.broker, this.#options.logger, agreement.channelMax);
    this.#stopHeartbeat = startHeartbeat(agreement.heartbeat, {
      takeSent: () => this.#output.takeSent(),
      send: (frame) => this.send(frame),
      silence: () => Date.now() - this.#lastReceived,
      onTimeout: () => {
        this.#options.logger.info('missed heartbeats from client', { timeoutSeconds: agreement.heartbeat });
        this.#socket.destroy();
      },
    });
  }

  #openChannels(what: string): Channels {
    if (this.#channels) return this.#channels;
    throw new AmqpError('COMMAND_INVALID', `${what} came before the connection was open`);
  }

  /** The client takes what was sent: it may ask for more, and get what was held back. */
  #readsAgain(): void {
    if (this.#state === 'closed') return;
    if (this.#socket.isPaused()) {
      this.#lastReceived = Date.now();
      this.#socket.resume();
    }
    this.#channels?.resume();
  }

  #waitForDisk(): void {
    this.#socket.pause();
    this.#options.broker.whenDurable(() => {
      this.#lastReceived = Date.now();
      if (!this.#output.isStuck) this.#socket.resume();
    });
  }

  #failWith(error: unknown): void {
    if (error instanceof AmqpError) {
      this.#fail(error);
      return;
    }
    this.#options.logger.error('internal error', { error: error instanceof Error ? error.stack : String(error) });
    this.#fail(new AmqpError('INTERNAL_ERROR', 'the broker failed; its log says why'));
  }

  /** Tells the client why the connection ends, and waits for its answer. */
  #fail(error: AmqpError): void {
    if (this.#state === 'closing' || this.#state === 'closed') {
      this.#socket.destroy();
      return;
    }
    this.#options.logger.info('connection closed with an error', { method: this.#handled, error: error.message });
    this.#leave();
    this.#state = 'closing';
    this.#sendMethod('connection.close', closeFields(error, this.#handled));
    this.#closeTimer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT);
  }

  #finish(): void {
    this.#state = 'closed';
    this.#output.flush();
    this.#socket.end();
    // A client that does not close its side keeps nothing open here.
    this.#closeTimer ??= setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT);
  }

  /** Gives back everything the client held. */
  #leave(): void {
    clearTimeout(this.#handshakeTimer);
    this.#stopHeartbeat();
    this.#channels?.closeAll();
    this.#channels = undefined;
    this.#options.broker.connectionClosed(this);
  }

  #ended(): void {
    this.#state = 'closed';
    this.#leave();
    clearTimeout(this.#closeTimer);
    this.#options.onClosed();
  }

  #sendMethod<K extends keyof ServerMethods>(name: K, fields: ServerMethods[K]): void {
    this.send(encodeMethod(name, 0, fields));
  }
}
