import { connect, createServer } from 'node:net';
import { ExpectedError } from '../errors/index.js';
import type { Launcher } from '../launchers/index.js';

/** Who wants which port. */
export interface PortWish {
  readonly name: string;
  readonly port: number;
  /** Asked for by name: it does not move. */
  readonly explicit: boolean;
}

export interface PlannedPort {
  readonly port: number;
  readonly movedFrom: number | undefined;
}

/** What is published here is published on it, so that nobody else finds it: the lab's credentials are not secret. */
const LOOPBACK = '127.0.0.1';

/** A moved port keeps its last two digits, so that a second stack is 3100, 3101 ... beside 3000, 3001 ... */
const STEP = 100;
const HIGHEST = 65_535;
/** Longer than a machine takes to answer that nobody listens. */
const ANSWER_MS = 1000;

/**
 * Gives each process a port: the ones asked for by name first, then the defaults, which move when taken.
 * @param claimed ports that other stacks hold, running or not, with the stack's name
 * @param isFree whether a port can be listened on now
 */
export async function planPorts(
  wishes: readonly PortWish[],
  claimed: ReadonlyMap<number, string>,
  isFree: (port: number) => Promise<boolean> = canListen,
): Promise<Map<string, PlannedPort>> {
  const planned = new Map<string, PlannedPort>();
  const used = new Map<number, string>();
  for (const { name, port } of wishes.filter((wish) => wish.explicit)) {
    const rival = used.get(port);
    if (rival) throw refuse(port, name, `it was also asked for ${rival}`, 2);
    const stack = claimed.get(port);
    if (stack !== undefined) throw refuse(port, name, `the stack "${stack}" holds it`, 1);
    if (!(await isFree(port))) throw refuse(port, name, 'another program listens on it', 1);
    used.set(port, name);
    planned.set(name, { port, movedFrom: undefined });
  }
  for (const { name, port: wanted } of wishes.filter((wish) => !wish.explicit)) {
    let port = wanted;
    while (used.has(port) || claimed.has(port) || !(await isFree(port))) {
      port += STEP;
      if (port > HIGHEST) {
        throw new ExpectedError(`No port is free for ${name}: ${wanted} and every ${STEP}th above it are taken.`, {
          next: `Choose one with "--port ${name}=<number>".`,
        });
      }
    }
    used.set(port, name);
    planned.set(name, { port, movedFrom: port === wanted ? undefined : wanted });
  }
  return planned;
}

function refuse(port: number, name: string, why: string, exitCode: number): ExpectedError {
  return new ExpectedError(`Port ${port} was asked for ${name}, but ${why}.`, {
    next: `Choose another with "--port ${name}=<number>", or leave it out and a free one is taken.`,
    exitCode,
  });
}

/** How to tell whether a launcher can have a port: on this machine by listening on it, elsewhere by finding that nobody answers. */
export function freePortsOf({ outside }: Pick<Launcher, 'outside'>): (port: number) => Promise<boolean> {
  return outside === LOOPBACK ? canListen : (port) => answersNobody(outside, port);
}

function answersNobody(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    const settle = (free: boolean): void => {
      socket.destroy();
      resolve(free);
    };
    socket.once('connect', () => settle(false));
    for (const event of ['error', 'timeout']) socket.once(event, () => settle(true));
  });
}

/** Whether a port can be listened on, found by listening: on this machine's own address, and on all of them. */
export async function canListen(port: number): Promise<boolean> {
  return (await listenOnce(port, LOOPBACK)) !== undefined && (await listenOnce(port, '0.0.0.0')) !== undefined;
}

/** A port that the operating system says is free, outside of `avoid`. */
export async function anyFreePort(avoid: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = await listenOnce(0, LOOPBACK);
    if (port !== undefined && !avoid.has(port)) return port;
  }
}

function listenOnce(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
