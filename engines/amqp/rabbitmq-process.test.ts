import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';

/** Where system packages put it; the wrapper on PATH insists on root. */
const SERVER = [
  '/usr/lib/rabbitmq/bin/rabbitmq-server',
  '/usr/local/sbin/rabbitmq-server',
  '/opt/homebrew/sbin/rabbitmq-server',
];

export const installedRabbitmq = SERVER.find((file) => existsSync(file));

/** Starts a RabbitMQ of its own in a folder, beside any other on this machine; again on the data of one that was killed. */
export async function startRabbitmq(server: string, folder: string) {
  const [port, distribution, portMapper] = [await freePort(), await freePort(), await freePort()];
  mkdirSync(path.join(folder, 'log'), { recursive: true });
  writeFileSync(path.join(folder, 'enabled_plugins'), '[].');
  const child = spawn(server, [], {
    stdio: 'ignore',
    env: {
      ...process.env,
      HOME: folder,
      RABBITMQ_NODENAME: `quickbite-test-${process.pid}@localhost`,
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distribution),
      ERL_EPMD_PORT: String(portMapper),
      RABBITMQ_MNESIA_BASE: folder,
      RABBITMQ_LOG_BASE: path.join(folder, 'log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'enabled_plugins'),
    },
  });
  const url = `amqp://127.0.0.1:${port}`;
  const answers = () =>
    connect(url).then(
      (connection) => connection.close().then(() => true),
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`${server} ended with code ${child.exitCode}: see ${folder}/log.`);
    await delay(100);
  }
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    await stopPortMapper(server, portMapper);
  };
  /** Kills the virtual machine of Erlang, which the script that was started waits for. */
  const kill = async () => {
    const ended = once(child, 'exit');
    const children = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' });
    for (const pid of children.stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    await ended;
    await stopPortMapper(server, portMapper);
  };
  return { url, stop, kill };
}

/** Erlang's port mapper daemon outlives the server that started it. */
async function stopPortMapper(server: string, port: number): Promise<void> {
  const epmd = spawn('epmd', ['-port', String(port), '-kill'], { stdio: 'ignore' });
  await once(epmd, 'exit').catch((cause: unknown) => {
    throw new Error(`epmd of ${server} could not be stopped on port ${port}.`, { cause });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
