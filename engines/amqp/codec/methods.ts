/** A field table as amqplib's codec shows it: numbers, strings, booleans, null, Buffers, arrays, tables, tagged values. */
export type Table = Record<string, unknown>;

interface Ticket {
  readonly ticket: number;
}

/** The fields of every method that a client may send. */
export interface ClientMethods {
  'connection.start-ok': { clientProperties: Table; mechanism: string; response: Buffer; locale: string };
  'connection.secure-ok': { response: Buffer };
  'connection.tune-ok': { channelMax: number; frameMax: number; heartbeat: number };
  'connection.open': { virtualHost: string };
  'connection.close': { replyCode: number; replyText: string; classId: number; methodId: number };
  'connection.close-ok': object;
  'connection.update-secret': object;
  'channel.open': object;
  'channel.flow': { active: boolean };
  'channel.flow-ok': { active: boolean };
  'channel.close': { replyCode: number; replyText: string; classId: number; methodId: number };
  'channel.close-ok': object;
  'access.request': object;
  'exchange.declare': Ticket & {
    exchange: string;
    type: string;
    passive: boolean;
    durable: boolean;
    autoDelete: boolean;
    internal: boolean;
    nowait: boolean;
    arguments: Table;
  };
  'exchange.delete': Ticket & { exchange: string; ifUnused: boolean; nowait: boolean };
  'exchange.bind': Ticket & ExchangeBindFields;
  'exchange.unbind': Ticket & ExchangeBindFields;
  'queue.declare': Ticket & {
    queue: string;
    passive: boolean;
    durable: boolean;
    exclusive: boolean;
    autoDelete: boolean;
    nowait: boolean;
    arguments: Table;
  };
  'queue.bind': Ticket & { queue: string; exchange: string; routingKey: string; nowait: boolean; arguments: Table };
  'queue.unbind': Ticket & { queue: string; exchange: string; routingKey: string; arguments: Table };
  'queue.purge': Ticket & { queue: string; nowait: boolean };
  'queue.delete': Ticket & { queue: string; ifUnused: boolean; ifEmpty: boolean; nowait: boolean };
  'basic.qos': { prefetchSize: number; prefetchCount: number; global: boolean };
  'basic.consume': Ticket & {
    queue: string;
    consumerTag: string;
    noLocal: boolean;
    noAck: boolean;
    exclusive: boolean;
    nowait: boolean;
    arguments: Table;
  };
  'basic.cancel': { consumerTag: string; nowait: boolean };
  'basic.cancel-ok': { consumerTag: string };
  'basic.publish': Ticket & { exchange: string; routingKey: string; mandatory: boolean; immediate: boolean };
  'basic.get': Ticket & { queue: string; noAck: boolean };
  'basic.ack': { deliveryTag: number; multiple: boolean };
  'basic.reject': { deliveryTag: number; requeue: boolean };
  'basic.nack': { deliveryTag: number; multiple: boolean; requeue: boolean };
  'basic.recover': { requeue: boolean };
  'basic.recover-async': { requeue: boolean };
  'confirm.select': { nowait: boolean };
  'tx.select': object;
  'tx.commit': object;
  'tx.rollback': object;
}

interface ExchangeBindFields {
  destination: string;
  source: string;
  routingKey: string;
  nowait: boolean;
  arguments: Table;
}

/** The fields of every method that the broker sends. */
export interface ServerMethods {
  'connection.start': {
    versionMajor: number;
    versionMinor: number;
    serverProperties: Table;
    mechanisms: Buffer;
    locales: Buffer;
  };
  'connection.tune': { channelMax: number; frameMax: number; heartbeat: number };
  'connection.open-ok': object;
  'connection.close': { replyCode: number; replyText: string; classId: number; methodId: number };
  'connection.close-ok': object;
  'channel.open-ok': object;
  'channel.flow-ok': { active: boolean };
  'channel.close': { replyCode: number; replyText: string; classId: number; methodId: number };
  'channel.close-ok': object;
  'access.request-ok': { ticket: number };
  'exchange.declare-ok': object;
  'exchange.delete-ok': object;
  'exchange.bind-ok': object;
  'exchange.unbind-ok': object;
  'queue.declare-ok': { queue: string; messageCount: number; consumerCount: number };
  'queue.bind-ok': object;
  'queue.unbind-ok': object;
  'queue.purge-ok': { messageCount: number };
  'queue.delete-ok': { messageCount: number };
  'basic.qos-ok': object;
  'basic.consume-ok': { consumerTag: string };
  'basic.cancel': { consumerTag: string; nowait: boolean };
  'basic.cancel-ok': { consumerTag: string };
  'basic.return': { replyCode: number; replyText: string; exchange: string; routingKey: string };
  'basic.deliver': {
    consumerTag: string;
    deliveryTag: number;
    redelivered: boolean;
    exchange: string;
    routingKey: string;
  };
  'basic.get-ok': {
    deliveryTag: number;
    redelivered: boolean;
    exchange: string;
    routingKey: string;
    messageCount: number;
  };
  'basic.get-empty': object;
  'basic.ack': { deliveryTag: number; multiple: boolean };
  'basic.nack': { deliveryTag: number; multiple: boolean; requeue: boolean };
  'basic.recover-ok': object;
  'confirm.select-ok': object;
}

export type ClientMethodName = keyof ClientMethods;

/** A decoded method; a discriminated union that stays correlated when `K` is generic. */
export type ClientMethod<K extends ClientMethodName = ClientMethodName> = {
  [P in K]: { readonly name: P; readonly fields: ClientMethods[P] };
}[K];

/** Class and method numbers of the AMQP 0-9-1 specification with RabbitMQ's extensions. */
export const METHOD_NUMBERS = {
  'connection.start': [10, 10],
  'connection.start-ok': [10, 11],
  'connection.secure-ok': [10, 21],
  'connection.tune': [10, 30],
  'connection.tune-ok': [10, 31],
  'connection.open': [10, 40],
  'connection.open-ok': [10, 41],
  'connection.close': [10, 50],
  'connection.close-ok': [10, 51],
  'connection.update-secret': [10, 70],
  'channel.open': [20, 10],
  'channel.open-ok': [20, 11],
  'channel.flow': [20, 20],
  'channel.flow-ok': [20, 21],
  'channel.close': [20, 40],
  'channel.close-ok': [20, 41],
  'access.request': [30, 10],
  'access.request-ok': [30, 11],
  'exchange.declare': [40, 10],
  'exchange.declare-ok': [40, 11],
  'exchange.delete': [40, 20],
  'exchange.delete-ok': [40, 21],
  'exchange.bind': [40, 30],
  'exchange.bind-ok': [40, 31],
  'exchange.unbind': [40, 40],
  'exchange.unbind-ok': [40, 51],
  'queue.declare': [50, 10],
  'queue.declare-ok': [50, 11],
  'queue.bind': [50, 20],
  'queue.bind-ok': [50, 21],
  'queue.purge': [50, 30],
  'queue.purge-ok': [50, 31],
  'queue.delete': [50, 40],
  'queue.delete-ok': [50, 41],
  'queue.unbind': [50, 50],
  'queue.unbind-ok': [50, 51],
  'basic.qos': [60, 10],
  'basic.qos-ok': [60, 11],
  'basic.consume': [60, 20],
  'basic.consume-ok': [60, 21],
  'basic.cancel': [60, 30],
  'basic.cancel-ok': [60, 31],
  'basic.publish': [60, 40],
  'basic.return': [60, 50],
  'basic.deliver': [60, 60],
  'basic.get': [60, 70],
  'basic.get-ok': [60, 71],
  'basic.get-empty': [60, 72],
  'basic.ack': [60, 80],
  'basic.reject': [60, 90],
  'basic.recover-async': [60, 100],
  'basic.recover': [60, 110],
  'basic.recover-ok': [60, 111],
  'basic.nack': [60, 120],
  'confirm.select': [85, 10],
  'confirm.select-ok': [85, 11],
  'tx.select': [90, 10],
  'tx.commit': [90, 20],
  'tx.rollback': [90, 30],
} as const satisfies Record<ClientMethodName | keyof ServerMethods | 'connection.secure-ok', readonly [number, number]>;
