import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import type { Express, Router } from 'express';
import helmet from 'helmet';
import type { Knobs } from '../knobs/index.js';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { correlation, errorHandler, requestLog, unknownRoute } from '../middleware/index.js';
import type { Authorize } from './authorize.js';
import { mountEndpoints } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { healthRoutes } from './health.js';
import type { ReadinessCheck } from './health.js';
import { internalRoutes } from './internal.js';
import { openApiDocument } from './openapi.js';

/** How often a draining server looks for connections that have become idle, in ms. */
const IDLE_SWEEP_MS = 50;

/**
 * How long clients may take, in ms: for the head of a request, for the whole of it, and between two. Slow ones are cut, or they
 * would hold connections for nothing (Slowloris). A kept-alive connection outlives those of our own pools, which give up after
 * 4 s: the side that sends must be the one that closes.
 */
const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 10_000,
} as const;

/** What every service's HTTP side is made of. */
export interface HttpServerOptions {
  readonly service: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly knobs: Knobs;
  readonly labKey: string | undefined;
  readonly readiness: readonly ReadinessCheck[];
  readonly internal?: Router;
  /** The service's endpoints; `/openapi.json` describes them. */
  readonly endpoints?: {
    readonly list: readonly Endpoint[];
    readonly authorize: Authorize;
    /** For tests: an answer that differs from its documentation becomes a 500. Default false. */
    readonly validateAnswers?: boolean;
  };
  /** Mounts what is not an endpoint of that kind. */
  readonly routes?: (app: Express) => void;
  /** Sees each request before Express: true means that it answers it itself. For what is asked so often that Express counts. */
  readonly front?: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** Takes over connections that ask for another protocol, such as websockets. Default: they are answered as requests. */
  readonly upgrade?: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** An HTTP server that listens. */
export interface StartedHttpServer {
  readonly port: number;
  /**
   * Drains: readiness turns 503, no new connection is taken, running requests end, and after `graceMs` what is left is cut.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** Builds the Express app with what all services share around `routes`, and listens. */
export async function startHttpServer(options: HttpServerOptions): Promise<StartedHttpServer> {
  const { service, logger, metrics, knobs, labKey } = options;
  let draining = false;
  const app = express();
  app.disable('x-powered-by');
  app.use(correlation(), requestLog({ logger, metrics }), helmet());
  app.use(healthRoutes(options.readiness, () => draining));
  app.get('/metrics', async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use('/internal', internalRoutes({ service, labKey, knobs, more: options.internal }));
  if (options.endpoints) {
    const { list, authorize, validateAnswers = false } = options.endpoints;
    const document = openApiDocument(service, list);
    app.get('/openapi.json', (_req, res) => {
      res.json(document);
    });
    mountEndpoints(app, list, { authorize, validateAnswers });
  }
  options.routes?.(app);
  app.use(unknownRoute(), errorHandler({ logger }));

  const { front } = options;
  const server = createServer(PATIENCE, (req, res) => {
    if (draining) res.setHeader('connection', 'close');
    if (front?.(req, res) !== true) app(req, res);
  });
  if (options.upgrade) server.on('upgrade', options.upgrade);
  const closeUnused = trackUnused(server);
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;
  logger.info('listening', { host: options.host, port });
  return {
    port,
    close: ({ graceMs }) => {
      draining = true;
      return closeGracefully(server, { graceMs, closeUnused });
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeGracefully(server: Server, options: { graceMs: number; closeUnused: () => void }): Promise<void> {
  const { graceMs, closeUnused } = options;
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A kept-alive connection whose answer left just before the drain becomes idle only after it: look again and again.
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      closeUnused();
    }, IDLE_SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/**
 * Clients open connections ahead of their requests. Node does not count one as idle before its first request, so that it
 * would hold up a drain until the client gives it up.
 * @returns closes the connections that nothing was ever sent on
 */
function trackUnused(server: Server): () => void {
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return () => {
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  };
}
