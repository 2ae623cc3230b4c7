import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A wire with a meter: passes on what is sent to a process, and counts the bytes of both directions. */
export interface Meter {
  /** The address to use in the place of the process's own. */
  readonly url: string;
  bytes(): number;
  close(): void;
}

/** Begins to pass on connections to `target`. A connection that breaks on one side is broken on the other. */
export async function openMeter(target: string): Promise<Meter> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let bytes = 0;

  const server = createServer((client) => {
    const gateway = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => (bytes += chunk.length));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    bytes: () => bytes,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
