import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { z } from 'zod';
import type { Person } from '../../load/index.js';
import { DELIVERED } from './screen.js';
import type { Screen } from './screen.js';

/** One app on one connection to one gateway. */
export interface Connection {
  readonly url: string;
  readonly orderId: string;
  readonly customer: Person;
  readonly screen: Screen;
  /** How far the app is, as the gateway told it last; it survives the connection. */
  readonly bookmark: { id?: string };
  /** Called for each request, or message that asks for something. */
  readonly asked: () => void;
  readonly signal: AbortSignal;
}

/** Follows an order until it is delivered, or the connection is lost. */
export type Way = (connection: Connection) => Promise<void>;

const place = z.looseObject({ coordinates: z.tuple([z.number(), z.number()]) });
const details = z.looseObject({
  order: z.looseObject({ status: z.string() }),
  driver: z.looseObject({ location: place }).nullable(),
});
const event = z.looseObject({
  location: place.optional(),
  status: z.string().optional(),
  position: z.string().optional(),
});

const headersOf = ({ customer }: Connection): Record<string, string> => ({
  authorization: `Bearer ${customer.token}`,
  'x-forwarded-for': customer.address,
});

/** Asks again and again: one request for all that the screen shows. */
export const polling =
  (everyMs: number): Way =>
  async (connection) => {
    const { url, orderId, screen, asked, signal } = connection;
    while (screen.status !== DELIVERED) {
      const next = Date.now() + everyMs;
      asked();
      const answer = await fetch(`${url}/api/orders/${orderId}/details`, { headers: headersOf(connection), signal });
      const { order, driver } = details.parse(await answer.json());
      screen.showStatus(order.status);
      if (driver) screen.showPlace(driver.location.coordinates[0]);
      if (order.status !== DELIVERED) await sleep(Math.max(0, next - Date.now()), undefined, { signal });
    }
  };

/** Server-sent events, as a browser's EventSource takes them. */
export const serverSentEvents: Way = async (connection) => {
  const { url, orderId, bookmark, asked, signal } = connection;
  const resumes = bookmark.id === undefined ? {} : { 'last-event-id': bookmark.id };
  asked();
  const answer = await fetch(`${url}/api/orders/${orderId}/track`, {
    headers: { ...headersOf(connection), ...resumes },
    signal,
  });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) show(connection, JSON.parse(data), /^id: (.*)$/m.exec(block)?.[1]);
    }
  }
};

/** What begins a message of socket.io on a websocket: https://socket.io/docs/v4/engine-io-protocol/ */
const SAYS = { open: '0', ping: '2', pong: '3', connected: '40', refused: '44', event: '42' } as const;

/** Socket.io on a websocket, without its library: what is counted is the protocol alone. */
export const websocket: Way = (connection) =>
  new Promise((resolve) => {
    const { url, orderId, customer, bookmark, asked, signal } = connection;
    asked();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const close = (): void => socket.close();
    signal.addEventListener('abort', close, { once: true });
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', () => {
      signal.removeEventListener('abort', close);
      resolve();
    });
    socket.addEventListener('message', ({ data }) => {
      const text = String(data);
      if (text === SAYS.ping) socket.send(SAYS.pong);
      else if (text.startsWith(SAYS.refused)) close();
      else if (text.startsWith(SAYS.connected)) {
        asked();
        const since = bookmark.id === undefined ? {} : { since: bookmark.id };
        socket.send(`${SAYS.event}${JSON.stringify(['track', { orderId, ...since }])}`);
      } else if (text.startsWith(SAYS.event)) {
        const [, body] = z.tuple([z.string(), z.unknown()]).parse(JSON.parse(text.slice(SAYS.event.length)));
        show(connection, body);
        if (connection.screen.status === DELIVERED) close();
      } else if (text.startsWith(SAYS.open)) {
        socket.send(`${SAYS.connected}${JSON.stringify({ token: customer.token })}`);
      }
    });
  });

function show({ screen, bookmark }: Connection, body: unknown, id?: string): void {
  const { location, status, position } = event.parse(body);
  const reached = id ?? position;
  if (reached !== undefined) bookmark.id = reached;
  if (status !== undefined) screen.showStatus(status);
  if (location) screen.showPlace(location.coordinates[0]);
}
