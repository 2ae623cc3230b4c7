import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, portInLog, startProcess } from './processes.js';
import type { StartedProcess } from './processes.js';

/** Something that is measured: where to send requests, and the process that does the work. */
export interface Contender {
  /** Begins the names of its figures. */
  readonly name: string;
  /** Where to send requests. */
  readonly origin: string;
  readonly path: string;
  readonly token?: string;
  readonly process: StartedProcess;
}

/** What runs for a benchmark. */
export interface Field {
  readonly contenders: readonly Contender[];
  readonly redis: 'redis-server' | 'embedded';
  stop(): Promise<void>;
}

const PUBLIC = '/api/restaurants/0123456789abcdef01234567';
const SIGNED_IN = '/api/orders/0123456789abcdef01234567';
const LAB_KEY = 'the-lab-key-of-the-benchmark';
const JWT_SECRET = 'the-secret-of-the-benchmark-for-tokens';

/** Starts everything: one upstream, and each contender in front of it. */
export async function startField(options: { readonly root: string; readonly folder: string }): Promise<Field> {
  const { root, folder } = options;
  const running: StartedProcess[] = [];
  const start = async (
    name: string,
    command: string,
    args: readonly string[],
    more: Partial<Parameters<typeof startProcess>[0]> = {},
  ) => {
    const started = await startProcess({ name, folder, command, args, isUp: portInLog, ...more });
    running.push(started);
    return started;
  };
  const ours = (name: string, ...args: readonly string[]) =>
    start(name, process.execPath, [join(root, 'benchmarks/dist/gateway', `${name}.js`), ...args]);

  const upstream = await ours('upstream');
  const target = `http://127.0.0.1:${upstream.port}`;
  const redisServer = findProgram('redis-server');
  const redis = redisServer === undefined ? await embeddedRedis() : await nativeRedis(redisServer);
  const gateway = (name: string, knobs: Readonly<Record<string, unknown>>) => startGateway(name, knobs);

  async function embeddedRedis(): Promise<StartedProcess> {
    const main = join(root, 'engines/dist/redis/main.js');
    return start('redis', process.execPath, [main, '--port', '0', '--data', join(folder, 'redis')]);
  }

  async function nativeRedis(command: string): Promise<StartedProcess> {
    const port = await freePort();
    return start('redis', command, ['--port', String(port), '--save', '', '--dir', folder], {
      isUp: () => accepts(port),
    });
  }

  async function startGateway(name: string, knobs: Readonly<Record<string, unknown>>): Promise<StartedProcess> {
    const started = await start(name, process.execPath, [join(root, 'services/api-gateway/dist/main.js')], {
      env: {
        PORT: '0',
        QUICKBITE_LAB_KEY: LAB_KEY,
        IDENTITY_SECRET: 'the-secret-of-the-benchmark-for-identities',
        JWT_SECRET,
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
        REDIS_TIMEOUT_MS: '2000',
        USER_SERVICE_URL: target,
        RESTAURANT_SERVICE_URL: target,
        ORDER_SERVICE_URL: target,
        DRIVER_SERVICE_URL: target,
        NOTIFICATION_SERVICE_URL: target,
      },
    });
    // The limit is out of reach, but each request is counted. A window of seconds keeps Redis from growing without end.
    const counting = { 'rateLimit.general.limit': 1_000_000, 'rateLimit.general.windowMs': 1000 };
    const response = await fetch(`http://127.0.0.1:${started.port}/internal/knobs`, {
      method: 'PUT',
      headers: { 'x-lab-key': LAB_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ ...counting, ...knobs }),
    });
    if (response.status !== 200) throw new Error(`the knobs of the gateway were refused: ${await response.text()}`);
    return started;
  }

  const contender = (name: string, process: StartedProcess, path: string, token?: string): Contender => {
    return { name, process, origin: `http://127.0.0.1:${process.port}`, path, ...(token !== undefined && { token }) };
  };
  const proxying = await gateway('gateway', { 'responseCache.enabled': false });
  const caching = await gateway('gateway-with-cache', { 'responseCache.enabled': true });
  const middleware = await ours('middleware-proxy', target);
  const nginx = await startNginx();

  async function startNginx(): Promise<StartedProcess | undefined> {
    const command = findProgram('nginx');
    if (command === undefined) return undefined;
    const port = await freePort();
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, nginxConfig({ folder, port, upstreamPort: upstream.port }));
    return start('nginx', command, ['-p', folder, '-c', config], { isUp: () => accepts(port) });
  }

  return {
    redis: redisServer === undefined ? 'embedded' : 'redis-server',
    contenders: [
      contender('upstream', upstream, PUBLIC),
      ...(nginx ? [contender('nginx', nginx, PUBLIC)] : []),
      contender('middleware', middleware, PUBLIC),
      contender('gateway', proxying, PUBLIC),
      contender('signed-in', proxying, SIGNED_IN, accessToken()),
      contender('copies', caching, PUBLIC),
    ],
    async stop() {
      for (const one of running.toReversed()) await one.stop();
    },
  };
}

function nginxConfig(options: { folder: string; port: number; upstreamPort: number }): string {
  const { folder, port, upstreamPort } = options;
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log;
events { worker_connections 1024; }
http {
  access_log ${folder}/nginx-access.log combined buffer=32k;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  keepalive_requests 1000000000;
  upstream target { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`;
}

/** As user-service makes them. */
function accessToken(): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { role: 'customer', sub: '0123456789abcdef01234567', jti: randomUUID(), sv: 0, iat: now };
  const audience = { iss: 'quickbite', aud: 'quickbite-api', exp: now + 3600 };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claims, ...audience })}`;
  return `${unsigned}.${createHmac('sha256', JWT_SECRET).update(unsigned).digest('base64url')}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function accepts(port: number): Promise<number | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return port;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
