import { AmqpError } from '../codec/amqp-error.js';
import type { ClientMethod, ServerMethods, Table } from '../codec/methods.js';

/** What client and broker agreed on. */
export interface Agreement {
  readonly user: string;
  readonly channelMax: number;
  /** Largest frame, in bytes. */
  readonly frameMax: number;
  /** Heartbeat interval in seconds; 0 is none. */
  readonly heartbeat: number;
  readonly wantsConsumerCancel: boolean;
}

type Send = <K extends keyof ServerMethods>(name: K, fields: ServerMethods[K]) => void;

export const PROTOCOL_HEADER = Buffer.from('AMQP\u0000\u0000\u0009\u0001', 'latin1');
/** RabbitMQ's defaults. */
const OFFER = { channelMax: 2047, frameMax: 131_072, heartbeat: 60 } as const;
const SMALLEST_FRAME_MAX = 4096;
/** The account of a fresh RabbitMQ; there is no user administration here. */
const ACCOUNT = { user: 'guest', password: 'guest' } as const;

const SERVER_PROPERTIES: Table = {
  product: 'QuickBite embedded AMQP broker',
  version: '0.1.0',
  platform: `Node.js ${process.version}`,
  capabilities: {
    publisher_confirms: true,
    exchange_exchange_bindings: true,
    'basic.nack': true,
    consumer_cancel_notify: true,
    consumer_priorities: true,
    per_consumer_qos: true,
    authentication_failure_close: true,
  },
};

/** The opening: start, start-ok (PLAIN), tune, tune-ok, open. */
export class Handshake {
  readonly #send: Send;
  #step: 'start-ok' | 'tune-ok' | 'open' = 'start-ok';
  #user = '';
  #wantsConsumerCancel = false;
  #tuned = { channelMax: 0, frameMax: 0, heartbeat: 0 };

  constructor(send: Send) {
    this.#send = send;
  }

  start(): void {
    const mechanisms = Buffer.from('PLAIN');
    const locales = Buffer.from('en_US');
    this.#send('connection.start', {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: SERVER_PROPERTIES,
      mechanisms,
      locales,
    });
  }

  /** Takes the next method of the client; returns what was agreed on when it was the last. Throws AmqpError. */
  take(method: ClientMethod): Agreement | undefined {
    if (method.name === 'connection.start-ok' && this.#step === 'start-ok') {
      this.#user = authenticate(method.fields.mechanism, method.fields.response);
      const { capabilities } = method.fields.clientProperties;
      this.#wantsConsumerCancel = isTable(capabilities) && capabilities['consumer_cancel_notify'] === true;
      this.#send('connection.tune', OFFER);
      this.#step = 'tune-ok';
      return undefined;
    }
    if (method.name === 'connection.tune-ok' && this.#step === 'tune-ok') {
      const { channelMax, frameMax, heartbeat } = method.fields;
      requireWithin('channel_max', channelMax, 1, OFFER.channelMax);
      requireWithin('frame_max', frameMax, SMALLEST_FRAME_MAX, OFFER.frameMax);
      this.#tuned = { channelMax, frameMax, heartbeat };
      this.#step = 'open';
      return undefined;
    }
    if (method.name === 'connection.open' && this.#step === 'open') {
      const { virtualHost } = method.fields;
      if (virtualHost !== '/') throw new AmqpError('NOT_ALLOWED', `vhost ${virtualHost} not found`);
      this.#send('connection.open-ok', {});
      return { ...this.#tuned, user: this.#user, wantsConsumerCancel: this.#wantsConsumerCancel };
    }
    throw new AmqpError(
      'COMMAND_INVALID',
      `expected connection.${this.#step} during the handshake, got ${method.name}`,
    );
  }
}

/** PLAIN is authorisation id, user and password, each after a zero byte but the first. */
function authenticate(mechanism: string, response: Buffer): string {
  const [, user, password] = response.toString('utf8').split('\u0000');
  if (mechanism === 'PLAIN' && user === ACCOUNT.user && password === ACCOUNT.password) return user;
  throw new AmqpError(
    'ACCESS_REFUSED',
    `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
    { scope: 'connection' },
  );
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  const refuse = (limit: string) => new AmqpError('NOT_ALLOWED', `negotiated ${name} = ${value} is ${limit}`);
  if (value !== 0 && value < least) throw refuse(`lower than the minimum allowed value (${least})`);
  // 0 would mean that there is no limit.
  if (value === 0 || value > most) throw refuse(`higher than the maximum allowed value (${most})`);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null;
}
