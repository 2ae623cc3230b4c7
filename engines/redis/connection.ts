import type { Socket } from 'node:net';
import type { Dispatcher } from './dispatcher.js';
import { encodeReply } from './resp/reply-writer.js';
import { ErrorReply, NO_REPLY } from './resp/reply.js';
import type { Reply } from './resp/reply.js';
import { ProtocolError, RequestParser } from './resp/request-parser.js';
import { Session } from './state/session.js';
import type { ServerState } from './state/server-state.js';

/** What a client may leave unread before it is dropped. */
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Serves one socket: requests in order, replies in order, written together once per chunk. */
export function serveConnection(socket: Socket, id: number, server: ServerState, dispatcher: Dispatcher): void {
  const parser = new RequestParser();
  const waiting: string[][] = [];
  let output = '';
  let closing = false;
  let batching = false;

  const flush = () => {
    if (output === '' || socket.destroyed) return;
    const bytes = output;
    output = '';
    server.statistics.outputBytes += bytes.length;
    const flowing = socket.write(bytes, 'latin1');
    if (socket.writableLength > OUTPUT_LIMIT_BYTES) socket.destroy();
    // A client that does not read its replies is not read from either.
    else if (!flowing) socket.pause();
  };

  const session = new Session(
    id,
    {
      address: `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`,
      localAddress: `${socket.localAddress ?? '?'}:${socket.localPort ?? 0}`,
      send: (reply: Reply) => {
        if (closing || reply === NO_REPLY) return;
        output += encodeReply(reply, session.version);
        if (!batching) {
          flush();
          // What unblocked the session was another's command: go on with what this client sent meanwhile.
          setImmediate(drain);
        }
      },
      close: () => {
        flush();
        closing = true;
        socket.end();
      },
    },
    server.now,
  );

  function drain(): void {
    if (batching) return;
    batching = true;
    try {
      while (waiting.length > 0 && !session.unblock && !closing) {
        if (server.pause.mode !== undefined && dispatcher.mustWait(session, waiting[0] ?? [])) {
          server.pause.whenOver(drain);
          break;
        }
        session.link.send(dispatcher.handle(session, waiting.shift() ?? []));
      }
    } finally {
      batching = false;
      flush();
    }
  }

  server.sessions.set(id, session);
  server.statistics.connections += 1;
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    if (closing) return;
    server.statistics.inputBytes += chunk.length;
    try {
      for (const request of parser.feed(chunk)) waiting.push(request);
      drain();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      drain();
      session.link.send(new ErrorReply(`ERR ${error.message}`));
      session.link.close();
    }
  });
  socket.on('drain', () => socket.resume());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    closing = true;
    dispatcher.forget(session);
  });
}
