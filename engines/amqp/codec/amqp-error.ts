import { METHOD_NUMBERS } from './methods.js';
import type { ClientMethodName } from './methods.js';

const REPLY_CODES = {
  CONNECTION_FORCED: 320,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  RESOURCE_LOCKED: 405,
  PRECONDITION_FAILED: 406,
  FRAME_ERROR: 501,
  SYNTAX_ERROR: 502,
  COMMAND_INVALID: 503,
  CHANNEL_ERROR: 504,
  UNEXPECTED_FRAME: 505,
  NOT_ALLOWED: 530,
  NOT_IMPLEMENTED: 540,
  INTERNAL_ERROR: 541,
} as const;

type Reply = keyof typeof REPLY_CODES;

/** The replies that close only the channel; every other one closes the connection. */
const CHANNEL_REPLIES: ReadonlySet<Reply> = new Set([
  'ACCESS_REFUSED',
  'NOT_FOUND',
  'RESOURCE_LOCKED',
  'PRECONDITION_FAILED',
]);

/** A refusal as the protocol knows it: sent to the client as `channel.close` or `connection.close`, in RabbitMQ's words. */
export class AmqpError extends Error {
  readonly replyCode: number;
  readonly scope: 'channel' | 'connection';
  /** The method that caused it; the one being handled when undefined. */
  readonly method: ClientMethodName | undefined;

  constructor(
    reply: Reply,
    text: string,
    options: { scope?: 'channel' | 'connection'; method?: ClientMethodName } = {},
  ) {
    super(`${reply} - ${text}`);
    this.name = 'AmqpError';
    this.replyCode = REPLY_CODES[reply];
    this.scope = options.scope ?? (CHANNEL_REPLIES.has(reply) ? 'channel' : 'connection');
    this.method = options.method;
  }
}

/** The fields of the close method that tells the client about an error. */
export function closeFields(error: AmqpError, handled: ClientMethodName | undefined) {
  const [classId, methodId] = numbersOf(error.method ?? handled);
  return { replyCode: error.replyCode, replyText: shortString(error.message), classId, methodId };
}

function numbersOf(method: ClientMethodName | undefined): readonly [number, number] {
  return method === undefined ? [0, 0] : METHOD_NUMBERS[method];
}

/** A reply text is a short string of at most 255 bytes. */
function shortString(text: string): string {
  return Buffer.byteLength(text) < 256
    ? text
    : `${Buffer.from(text)
        .subarray(0, 250)
        .toString('utf8')
        .replace(/\uFFFD$/, '')}...`;
}
