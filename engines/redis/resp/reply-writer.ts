import { formatDouble } from './number-format.js';
import { Double, ErrorReply, MapReply, NO_REPLY, NULL_ARRAY, Push, SetReply, Status } from './reply.js';
import type { Reply } from './reply.js';

/** The protocol version that a client asked for with HELLO; 2 until it does. */
export type RespVersion = 2 | 3;

/** Encodes a reply as bytes in latin1. */
export function encodeReply(reply: Reply, version: RespVersion): string {
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply.toString()}\r\n`;
  if (reply === null) return version === 3 ? '_\r\n' : '$-1\r\n';
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof ErrorReply) return `-${reply.text.replace(/[\r\n]+/g, ' ')}\r\n`;
  if (reply instanceof Double) return encodeDouble(reply.value, version);
  if (reply instanceof MapReply) return encodeMap(reply.flat, version);
  if (reply instanceof SetReply) return encodeItems(version === 3 ? '~' : '*', reply.members, version);
  if (reply instanceof Push) return encodeItems(version === 3 ? '>' : '*', reply.items, version);
  if (reply === NULL_ARRAY) return version === 3 ? '_\r\n' : '*-1\r\n';
  if (reply === NO_REPLY) return '';
  if (typeof reply === 'boolean') return encodeBoolean(reply, version);
  return encodeItems('*', reply, version);
}

function encodeItems(prefix: string, items: readonly Reply[], version: RespVersion): string {
  let text = `${prefix}${items.length}\r\n`;
  for (const item of items) text += encodeReply(item, version);
  return text;
}

function encodeMap(flat: readonly Reply[], version: RespVersion): string {
  if (version === 2) return encodeItems('*', flat, version);
  return `%${flat.length / 2}\r\n${flat.map((item) => encodeReply(item, version)).join('')}`;
}

function encodeDouble(value: number, version: RespVersion): string {
  const text = formatDouble(value);
  return version === 3 ? `,${text}\r\n` : `$${text.length}\r\n${text}\r\n`;
}

function encodeBoolean(value: boolean, version: RespVersion): string {
  if (version === 3) return value ? '#t\r\n' : '#f\r\n';
  return value ? ':1\r\n' : '$-1\r\n';
}
