import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleRequest } from './api/handle-request.js';
import { ProxyCollection } from './proxy/proxy-collection.js';

export interface ToxiproxyServerOptions {
  /** Port of the HTTP API; 0 picks a free one. */
  readonly port: number;
  readonly host: string;
}

export interface StartedToxiproxyServer {
  readonly port: number;
  /** Stops listening, drops every connection and returns when both are done. */
  close(): Promise<void>;
}

/** Starts the server without proxies and returns when it listens; rejects with the socket's error when it cannot. */
export async function startToxiproxyServer(options: ToxiproxyServerOptions): Promise<StartedToxiproxyServer> {
  const proxies = new ProxyCollection();
  const api = createServer((request, response) => void handleRequest(proxies, request, response));
  const port = await new Promise<number>((resolve, reject) => {
    api.once('error', reject);
    api.listen(options.port, options.host, () => {
      api.off('error', reject);
      resolve((api.address() as AddressInfo).port);
    });
  });
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => api.close(() => resolve()));
      api.closeAllConnections();
      await Promise.all([closed, proxies.close()]);
    },
  };
}
