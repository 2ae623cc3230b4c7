import type { Socket } from 'node:net';
import type { Logger } from '../logger.js';
import { FrameReader, OPCODE, ProtocolError, type WireMessage } from './frames.js';
import { decodeOpMsg, encodeOpMsg } from './op-msg.js';
import { decodeOpQuery, encodeOpReply } from './op-query.js';
import type { Outbox } from './outbox.js';

/** Who is at the other end. */
export interface Peer {
  readonly connectionId: number;
  /** Address and port, as `127.0.0.1:50000`. */
  readonly address: string;
}

/** An encoded answer. */
export interface Reply {
  readonly bytes: Uint8Array;
  /** The client asked to be answered only when the disk has its writes. */
  readonly journaled: boolean;
}

/** What a connection hands a command to: encoded in, encoded out. */
export interface Responder {
  answer(body: Buffer, sequences: ReadonlyMap<string, Buffer[]>, peer: Peer): Reply;
  answerLegacy(body: Buffer, namespace: string, peer: Peer): Uint8Array;
}

/** What all connections share. */
export interface Serving {
  readonly responder: Responder;
  readonly outbox: Outbox;
  readonly logger: Logger;
  /** Told of every message: its size and that of its answer. */
  readonly onMessage: (bytesIn: number, bytesOut: number) => void;
}

/** A peer that died without a word is noticed after this long without traffic, by the operating system's probes. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Serves one client: messages in, answers out, in order. A client that does not read its answers is not read from either.
 * Bytes that are not the protocol end this connection and no other.
 */
export function serveConnection(
  socket: Socket,
  connectionId: number,
  { responder, outbox, logger, onMessage }: Serving,
): void {
  const reader = new FrameReader();
  const peer: Peer = { connectionId, address: `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}` };
  let nextRequestId = 1;

  const handle = (message: WireMessage): Buffer | undefined => {
    switch (message.opcode) {
      case OPCODE.message: {
        const { body, sequences, moreToCome } = decodeOpMsg(message);
        const { bytes, journaled } = responder.answer(body, sequences, peer);
        outbox.ran(journaled);
        return moreToCome ? undefined : encodeOpMsg(message.requestId, nextRequestId++, bytes);
      }
      case OPCODE.query: {
        const { namespace, body } = decodeOpQuery(message);
        return encodeOpReply(message.requestId, nextRequestId++, responder.answerLegacy(body, namespace, peer));
      }
      default:
        throw new ProtocolError(
          `expected OP_MSG (${OPCODE.message}) or OP_QUERY (${OPCODE.query}), got opcode ${message.opcode}`,
        );
    }
  };

  const serve = () => {
    try {
      while (!socket.writableNeedDrain) {
        const message = reader.next();
        if (message === undefined) {
          socket.resume();
          return;
        }
        const answer = handle(message);
        onMessage(message.whole.length, answer?.length ?? 0);
        if (answer !== undefined) outbox.send(socket, answer);
      }
      socket.pause();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      logger('warn', 'connection-closed', { connectionId, message, remote: peer.address });
      socket.destroy();
    }
  };

  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.on('error', (error) => logger('debug', 'connection-error', { connectionId, message: error.message }));
  socket.on('drain', serve);
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk);
    serve();
  });
}
