import { deserialize, serialize } from 'bson';
import { exchange } from './exchange.js';
import type { ProbeResult, ProbeTarget } from './probe.js';

const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** Flag bits (4 bytes) and the kind byte of the one section before its document. */
const BODY_OFFSET = HEADER_BYTES + 5;

/**
 * Ready when `hello` says that the server takes writes.
 * Wire format: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg
 */
export function probeMongo(target: ProbeTarget): Promise<ProbeResult> {
  return exchange(target, opMsg({ hello: 1, $db: 'admin' }), (received) => {
    if (received.length < HEADER_BYTES || received.length < received.readInt32LE(0)) return undefined;
    const reply = deserialize(received.subarray(BODY_OFFSET, received.readInt32LE(0)));
    if (reply['ok'] !== 1) return { ready: false, reason: `hello failed: ${String(reply['errmsg'])}` };
    if (reply['isWritablePrimary'] !== true) return { ready: false, reason: 'the server does not take writes yet' };
    return { ready: true };
  });
}

function opMsg(command: Record<string, unknown>): Buffer {
  const document = serialize(command);
  const message = Buffer.alloc(BODY_OFFSET + document.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(OP_MSG, 12);
  message.set(document, BODY_OFFSET);
  return message;
}
