import type { Socket } from 'node:net';
import type { Logger } from '../logger.js';
import { FrameReader, OPCODE, ProtocolError, type WireMessage } from './frames.js';
import { decodeOpMsg, encodeOpMsg } from './op-msg.js';
import { decodeOpQuery, encodeOpReply } from './op-query.js';

/** What a connection hands a command to: encoded in, encoded out. */
export interface Responder {
  answer(body: Buffer, sequences: ReadonlyMap<string, Buffer[]>, connectionId: number): Uint8Array;
  answerLegacy(body: Buffer, namespace: string, connectionId: number): Uint8Array;
}

/** Serves one client: messages in, answers out, in order. Bytes that are not the protocol end this connection and no other. */
export function serveConnection(socket: Socket, connectionId: number, responder: Responder, logger: Logger): void {
  const reader = new FrameReader();
  let nextRequestId = 1;

  const handle = (message: WireMessage): Buffer | undefined => {
    switch (message.opcode) {
      case OPCODE.message: {
        const { body, sequences, moreToCome } = decodeOpMsg(message);
        const answer = responder.answer(body, sequences, connectionId);
        return moreToCome ? undefined : encodeOpMsg(message.requestId, nextRequestId++, answer);
      }
      case OPCODE.query: {
        const { namespace, body } = decodeOpQuery(message);
        return encodeOpReply(message.requestId, nextRequestId++, responder.answerLegacy(body, namespace, connectionId));
      }
      default:
        throw new ProtocolError(
          `expected OP_MSG (${OPCODE.message}) or OP_QUERY (${OPCODE.query}), got opcode ${message.opcode}`,
        );
    }
  };

  socket.setNoDelay(true);
  socket.on('error', (error) => logger('debug', 'connection-error', { connectionId, message: error.message }));
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of reader.push(chunk)) {
        const answer = handle(message);
        if (answer !== undefined) socket.write(answer);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      logger('warn', 'connection-closed', { connectionId, message, remote: socket.remoteAddress });
      socket.destroy();
    }
  });
}
