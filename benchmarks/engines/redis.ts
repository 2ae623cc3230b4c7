import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { ConnectedClient, Contender, EngineBenchmark, Workload } from './benchmark.js';

/** The embedded Redis beside the installed one, asked by ioredis as the services ask it. */

const MAIN = fileURLToPath(new URL('../../../engines/dist/redis/main.js', import.meta.url));
const GETS_IN_A_PIPELINE = 100;
const VALUE = 'x'.repeat(100);

/** What a rate limiter asks for each request. */
const SLIDING_WINDOW = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - 1000)
local used = redis.call('ZCARD', KEYS[1])
if used >= 100 then return {0, used} end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 1000)
return {1, used + 1}`;

function contenders(): readonly Contender[] {
  const embedded: Contender = {
    title: 'embedded',
    command: process.execPath,
    args: (port, folder) => [MAIN, '--port', String(port), '--data', folder],
  };
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return [embedded];
  const native: Contender = {
    title: `redis-server ${/v=(\S+)/.exec(stdout)?.[1] ?? ''}`,
    command: 'redis-server',
    args: (port, folder) => ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
  };
  return [embedded, native];
}

async function client(port: number, once: (redis: Redis) => Promise<void>): Promise<ConnectedClient> {
  const redis = new Redis({ port, lazyConnect: true });
  await redis.connect();
  return {
    once: () => once(redis),
    close: async () => {
      await redis.quit();
    },
  };
}

function expectAnswer(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected ${what}, the server answered otherwise`);
}

const pipelinedGets: Workload = {
  title: `GET, ${GETS_IN_A_PIPELINE} in a pipeline, 4 clients`,
  clients: 4,
  operationsPerRequest: GETS_IN_A_PIPELINE,
  goal: { perSecond: 40_000 },
  connect: async (port) => {
    const setter = await client(port, (redis) => redis.set('key', VALUE).then(() => undefined));
    await setter.once();
    await setter.close();
    return client(port, async (redis) => {
      const pipeline = redis.pipeline();
      for (let count = 0; count < GETS_IN_A_PIPELINE; count += 1) pipeline.get('key');
      const answers = await pipeline.exec();
      expectAnswer(answers?.[GETS_IN_A_PIPELINE - 1]?.[1] === VALUE, 'the value that was set');
    });
  },
};

const singleRequests: Workload = {
  title: 'SET then GET, 16 clients',
  clients: 16,
  operationsPerRequest: 2,
  connect: (port, number) =>
    client(port, async (redis) => {
      await redis.set(`own:${number}`, VALUE, 'EX', 60);
      expectAnswer((await redis.get(`own:${number}`)) === VALUE, 'the value that was set');
    }),
};

const slidingWindow: Workload = {
  title: 'EVAL of a sliding-window limit, 32 clients',
  clients: 32,
  operationsPerRequest: 1,
  connect: async (port, number) => {
    let now = 0;
    return client(port, async (redis) => {
      now += 20;
      const [allowed] = (await redis.eval(SLIDING_WINDOW, 1, `window:${number}`, now)) as [number];
      expectAnswer(allowed === 1, 'the request to be let through');
    });
  },
};

const smallScript: Workload = {
  title: 'EVAL of one GET, 32 clients',
  clients: 32,
  operationsPerRequest: 1,
  goal: { perSecond: 10_000 },
  connect: (port, number) =>
    client(port, async (redis) => {
      const answer = await redis.eval("return redis.call('GET', KEYS[1]) or ARGV[1]", 1, `script:${number}`, 'none');
      expectAnswer(answer === 'none', 'the default');
    }),
};

/** Whether PING is answered. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('data', (data) => finish(data.toString() === '+PONG\r\n'));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.write('PING\r\n');
  });
}

export const redis: EngineBenchmark = {
  contenders,
  answers,
  workloads: [pipelinedGets, singleRequests, smallScript, slidingWindow],
  goals: { readyMs: 250, restMb: 90 },
};
