import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived behind the gateway. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a little upstream does with a request. */
export type Behaviour = (seen: Seen, res: ServerResponse) => void;

/** A real server that stands for all services behind the gateway and does what the test says. */
export interface LittleUpstream {
  readonly url: string;
  /** Requests so far, oldest first. */
  readonly seen: Seen[];
  /** Changes what it does from now on. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Answers with JSON. */
export function answers(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_seen, res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Takes the request and never answers. */
export const hangs: Behaviour = () => undefined;

/** Cuts the connection instead of answering. */
export const cutsTheConnection: Behaviour = (_seen, res) => void res.destroy();

export async function startLittleUpstream(initial: Behaviour = answers(200, { ok: true })): Promise<LittleUpstream> {
  let behaviour = initial;
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    void readBody(req).then((body) => {
      const request = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, body };
      seen.push(request);
      behaviour(request, res);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    behave: (next) => {
      behaviour = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
