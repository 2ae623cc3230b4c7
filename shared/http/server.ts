import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import type { Express, Router } from 'express';
import helmet from 'helmet';
import { AppError } from '../errors/index.js';
import type { Knobs } from '../knobs/index.js';
import type { Logger } from '../logging/index.js';
import type { Metrics } from '../metrics/index.js';
import { answerFailure, correlation, deadline, errorHandler, requestLog, unknownRoute } from '../middleware/index.js';
import type { Authorize } from './authorize.js';
import { mountEndpoints } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { closeGracefully, trackUnused } from './graceful-close.js';
import { healthRoutes } from './health.js';
import type { ReadinessCheck } from './health.js';
import { internalRoutes } from './internal.js';
import { openApiDocument } from './openapi.js';

/** How long clients may take, in ms. Slow ones are cut, or they would hold connections for nothing (Slowloris). */
export interface Patience {
  /** For the head of a request. */
  readonly headersMs: number;
  /** For the whole of it. */
  readonly requestMs: number;
  /**
   * Between two. A kept-alive connection outlives those of our own pools, which give up after 4 s: the side that sends must be
   * the one that closes.
   */
  readonly keepAliveMs: number;
}

const defaults: Patience = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 10_000 };

/** How often connections are looked at, ms: a slow client may have so much more. */
const CHECK_MS = 1000;

/** Seconds after which somebody who met a service that was starting may try again. */
const STARTING_RETRY_S = 1;

/**
 * On an answer by which nothing was begun, so that whoever sent the request may send it elsewhere, a write as well. A 503 alone
 * does not say that.
 */
export const NOT_BEGUN = 'x-not-begun';

/** What a server needs to listen. */
export interface ListenOptions {
  readonly service: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly patience?: Partial<Patience>;
}

/** What a server serves, beside liveness and metrics. */
export interface ServedParts {
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

/** What every service's HTTP side is made of. */
export type HttpServerOptions = ListenOptions & ServedParts;

/** An HTTP server that listens. */
export interface StartedHttpServer {
  readonly port: number;
  /**
   * Says that it is leaving, and goes on serving: readiness turns 503, and each answer closes its connection, so that whoever
   * balances stops sending here before the port is closed.
   */
  retire(): void;
  /**
   * Drains: readiness turns 503, no new connection is taken, running requests end, and after `graceMs` what is left is cut.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** A server that listens, and may have nothing to serve yet. */
export interface ListeningServer extends StartedHttpServer {
  /** From now on it serves this. Once. */
  serve(parts: ServedParts): void;
}

/** Builds the Express app with what all services share around `routes`, and listens. */
export async function startHttpServer(options: HttpServerOptions): Promise<StartedHttpServer> {
  const server = await listenFirst(options);
  server.serve(options);
  return server;
}

/**
 * Listens before there is anything to serve: until then `/health/live` says that the process lives, `/health/ready` that it is
 * starting, and everything else is answered with 503 `not-ready`. Whoever looks can tell a start that takes long from one that failed.
 */
export async function listenFirst(options: ListenOptions): Promise<ListeningServer> {
  const { service, logger, metrics } = options;
  let draining = false;
  let served: ServedParts | undefined;
  const app = express();
  app.disable('x-powered-by');
  app.use(correlation(), requestLog({ logger, metrics }), helmet());
  app.use(
    healthRoutes(
      () => served?.readiness,
      () => draining,
    ),
  );
  app.get('/metrics', async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use(function starting(_req, res, next) {
    if (served) next();
    else answerFailure(stillStarting(service), res, logger);
  });
  app.use(deadline());

  const patience = { ...defaults, ...options.patience };
  const timeouts = {
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    keepAliveTimeout: patience.keepAliveMs,
    connectionsCheckingInterval: CHECK_MS,
  };
  const server = createServer(timeouts, (req, res) => {
    if (draining) res.setHeader('connection', 'close');
    if (served?.front?.(req, res) !== true) app(req, res);
  });
  const closeUnused = trackUnused(server);
  await listen(server, options.port, options.host);
  const { port } = server.address() as AddressInfo;
  logger.info('listening', { host: options.host, port });
  return {
    port,
    serve(parts) {
      mount(app, service, parts);
      app.use(unknownRoute(), errorHandler({ logger }));
      if (parts.upgrade) server.on('upgrade', parts.upgrade);
      served = parts;
    },
    retire: () => {
      draining = true;
    },
    close: ({ graceMs }) => {
      draining = true;
      return closeGracefully(server, { graceMs, closeUnused });
    },
  };
}

function mount(app: Express, service: string, { knobs, labKey, internal, endpoints, routes }: ServedParts): void {
  app.use('/internal', internalRoutes({ service, labKey, knobs, more: internal }));
  if (endpoints) {
    const { list, authorize, validateAnswers = false } = endpoints;
    const document = openApiDocument(service, list);
    app.get('/openapi.json', (_req, res) => {
      res.json(document);
    });
    mountEndpoints(app, list, { authorize, validateAnswers });
  }
  routes?.(app);
}

function stillStarting(service: string): AppError {
  return new AppError('not-ready', `${service} is starting. Try again in ${STARTING_RETRY_S} s.`, {
    headers: { 'retry-after': String(STARTING_RETRY_S), [NOT_BEGUN]: 'starting' },
  });
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
