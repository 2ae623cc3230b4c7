import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What became of a body at the service. */
export interface Taken {
  bytes: number;
  readonly headers: IncomingMessage['headers'];
  /** `cut`: the connection broke before the end. */
  outcome: 'reading' | 'whole' | 'cut';
}

/** What the service does with a request whose head it has. `read` takes the body and answers with its length and hash. */
export type Taking = (req: IncomingMessage, res: ServerResponse, read: () => void) => void;

/** A service that reads bodies as slowly as the test wants. */
export interface ReadingUpstream {
  readonly url: string;
  readonly taken: Taken[];
  behave(taking: Taking): void;
  close(): Promise<void>;
}

const readsAtOnce: Taking = (_req, _res, read) => read();

export async function startReadingUpstream(): Promise<ReadingUpstream> {
  const taken: Taken[] = [];
  let taking = readsAtOnce;
  const server = createServer((req, res) => {
    const one: Taken = { bytes: 0, headers: req.headers, outcome: 'reading' };
    taken.push(one);
    req.on('error', () => undefined);
    res.once('close', () => {
      if (one.outcome === 'reading') one.outcome = 'cut';
    });
    taking(req, res, () => {
      const hash = createHash('sha256');
      req.on('data', (chunk: Buffer) => {
        one.bytes += chunk.length;
        hash.update(chunk);
      });
      req.once('end', () => {
        one.outcome = 'whole';
        res.setHeader('content-type', 'application/json');
        res.end(JSON.stringify({ bytes: one.bytes, hash: hash.digest('hex') }));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    behave: (next) => {
      taking = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
