import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Transform } from 'node:stream';

const SOCKET = '/var/run/docker.sock';

/** This machine's engine at a TCP address. */
export interface EngineForwarder extends Disposable {
  /** For `DOCKER_HOST`. */
  readonly address: string;
}

/** An address of this machine that is not its loopback: what is there could be another machine. */
export function outerAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (found === undefined) throw new Error('this machine has no address besides its loopback');
  return found;
}

/**
 * Passes on to the engine's socket whatever arrives at an address of this machine.
 * @param beforeCreate is told which port a container is going to be published on, before the engine hears of it
 */
export async function forwardEngine(
  host: string,
  beforeCreate: (port: number) => Promise<void> = () => Promise.resolve(),
): Promise<EngineForwarder> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: SOCKET, allowHalfOpen: true });
    const watched = new Transform({
      transform(chunk: Buffer, _, passOn) {
        const [, port] = /"HostPort":"(\d+)"/.exec(chunk.toString('latin1')) ?? [];
        void (port === undefined ? Promise.resolve() : beforeCreate(Number(port))).then(() => passOn(null, chunk));
      },
    });
    client.pipe(watched).pipe(engine);
    engine.pipe(client);
    for (const [one, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `tcp://${host}:${port}`, [Symbol.dispose]: () => void server.close() };
}
