import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Server, Socket } from 'socket.io';
import { z } from 'zod';
import { AppError, toProblem } from '@quickbite/shared/errors';
import type { Problem } from '@quickbite/shared/errors';
import { objectId, parse } from '@quickbite/shared/http';
import { currentContext, incomingContext, withRequestContext } from '@quickbite/shared/logging';
import type { Logger } from '@quickbite/shared/logging';
import type { Authenticate, Caller } from '../../domain/authenticate.js';
import type { EndReason, TrackedOrder } from '../../domain/tracking/tracked-order.js';
import { formatPosition, parsePosition } from '../../domain/tracking/tracking-event.js';
import type { Tracking } from '../../domain/tracking/tracking.js';

const PATH = '/socket.io/';
/** Messages that may wait for a client to read them. */
const MAX_WAITING_MESSAGES = 256;
const MAX_SOCKETS = 5000;
/** Larger than any message that a client has reason to send. */
const MAX_MESSAGE_BYTES = 4096;

const handshake = z.object({ token: z.string().max(4096) });
const trackMessage = z.strictObject({ orderId: objectId, since: z.string().max(64).optional() });
const untrackMessage = z.strictObject({ orderId: objectId });

/** What sockets work with. */
export interface SocketTools {
  readonly tracking: Tracking;
  readonly authenticate: Authenticate;
  /** Counts a `track` as a read of its account. @throws AppError `too-many-requests` */
  readonly limit: (userId: string) => Promise<void>;
  readonly logger: Logger;
}

/** Live tracking over socket.io. */
export interface TrackingSockets {
  /** Takes over a connection that asks for a websocket. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
}

/** What a client gets back for a message of its own. */
type Acknowledgement = { readonly ok: true } | { readonly ok: false; readonly problem: Problem };

/**
 * Socket.io on websockets alone: its other transport spreads a client over several connections, which must then all reach the
 * same gateway. It is loaded when the first client comes: most gateways start without one.
 */
export function createTrackingSockets(tools: SocketTools): TrackingSockets {
  /** Never listens: it only hands connections to socket.io. */
  const relay = createServer();
  let opening: Promise<Server> | undefined;

  async function open(): Promise<Server> {
    const { Server: SocketServer } = await import('socket.io');
    const io = new SocketServer(relay, {
      path: PATH,
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      connectTimeout: 10_000,
      pingInterval: 15_000,
      pingTimeout: 10_000,
    });
    io.use((socket, next) => void admit(socket, tools).then(() => next(), next));
    io.on('connection', (socket) => serve(socket, tools));
    return io;
  }

  return {
    upgrade(req, socket, head) {
      socket.on('error', () => socket.destroy());
      const isOurs = req.url?.startsWith(PATH) && req.headers.upgrade?.toLowerCase() === 'websocket';
      if (!isOurs) {
        refuse(socket, '400 Bad Request', `Only websockets to ${PATH} are served here.`);
        return;
      }
      opening ??= open();
      opening.then(
        (io) => {
          if (io.engine.clientsCount >= MAX_SOCKETS)
            refuse(socket, '503 Service Unavailable', 'Too many clients are connected. Try again soon.');
          else relay.emit('upgrade', req, socket, head);
        },
        (error: unknown) => {
          opening = undefined;
          tools.logger.error('socket.io could not be loaded', { error });
          socket.destroy();
        },
      );
    },
    async close() {
      const io = await opening;
      io?.disconnectSockets(true);
      await io?.close();
    },
  };
}

function refuse(socket: Duplex, status: string, text: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
}

interface SocketState {
  readonly caller: Caller;
  readonly authorization: string;
}

async function admit(socket: Socket, { authenticate }: SocketTools): Promise<void> {
  try {
    const { token } = parse(handshake, socket.handshake.auth, 'header');
    const authorization = `Bearer ${token}`;
    socket.data = { caller: await authenticate(authorization), authorization } satisfies SocketState;
  } catch (error) {
    throw Object.assign(new Error('not admitted'), { data: problemOf(error) });
  }
}

function serve(socket: Socket, tools: SocketTools): void {
  const tracked = new Map<string, TrackedOrder>();
  const state = socket.data as SocketState;
  const stopAll = (reason: EndReason): void => {
    for (const order of [...tracked.values()]) order.stop(reason);
  };
  const send = boundedSend(socket, () => stopAll('too-slow'));

  const track = async (message: unknown): Promise<void> => {
    const { orderId, since } = parse(trackMessage, message, 'body');
    await tools.limit(state.caller.userId);
    const result = await tools.tracking.open({ ...state, orderId, since: parsePosition(since) });
    if (result.type === 'refused') throw refusalOf(result.answer.body);
    const { order } = result;
    if (!socket.connected) order.stop('gone');
    tracked.get(orderId)?.stop('gone');
    tracked.set(orderId, order);
    order.start({
      send: (event, position) => send(event.type, { ...event, position: formatPosition(position) }),
      // Websockets have pings of their own.
      heartbeat: () => undefined,
      end(reason) {
        if (tracked.get(orderId) === order) tracked.delete(orderId);
        end(socket, orderId, reason);
      },
    });
  };
  const untrack = (message: unknown): Promise<void> => {
    tracked.get(parse(untrackMessage, message, 'body').orderId)?.stop('gone');
    return Promise.resolve();
  };

  socket.on('track', (message: unknown, acknowledge: unknown) => void answer(() => track(message), acknowledge));
  socket.on(
    'untrack',
    (message: unknown, acknowledge: unknown) => void answer(async () => untrack(message), acknowledge),
  );
  socket.on('disconnect', () => stopAll('gone'));
}

/** Does what a message asks for, in a context of its own, and tells the client how it went. */
async function answer(work: () => Promise<void>, acknowledge: unknown): Promise<void> {
  const say = (said: Acknowledgement): void => {
    if (typeof acknowledge === 'function') (acknowledge as (said: Acknowledgement) => void)(said);
  };
  await withRequestContext(incomingContext({}), async () => {
    try {
      await work();
      say({ ok: true });
    } catch (error) {
      say({ ok: false, problem: problemOf(error) });
    }
  });
}

/** Sends until too much waits: a client that does not read would have us remember everything for it. */
function boundedSend(socket: Socket, tooSlow: () => void): (event: string, body: unknown) => void {
  let waiting = 0;
  socket.conn.on('drain', () => {
    waiting = 0;
  });
  return (event, body) => {
    waiting += 1;
    if (waiting > MAX_WAITING_MESSAGES) tooSlow();
    else socket.emit(event, body);
  };
}

function end(socket: Socket, orderId: string, reason: EndReason): void {
  if (!socket.connected) return;
  if (reason !== 'too-slow') socket.emit('end', { orderId, reason });
  if (reason === 'signed-out' || reason === 'shutdown' || reason === 'too-slow') socket.disconnect(true);
}

/** A problem that a service answered, for whoever reads no HTTP. */
class RefusedByService extends Error {
  override readonly name = 'RefusedByService';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const problemShape = z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() });

function refusalOf(body: Buffer): Error {
  return new RefusedByService(problemShape.parse(JSON.parse(body.toString('utf8'))));
}

function problemOf(error: unknown): Problem {
  if (error instanceof RefusedByService) return error.problem;
  const known =
    error instanceof AppError
      ? error
      : new AppError('internal-error', 'Something broke here. Quote the correlation id when you report it.');
  return toProblem(known, currentContext()?.correlationId);
}
