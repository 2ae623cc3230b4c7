import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import type { DockerVersion } from 'dockerode';
import { ExpectedError } from '../errors/index.js';
import { PortLostError } from '../launchers/port-lost-error.js';

const DEFAULT_SOCKET = '/var/run/docker.sock';
/** This machine. */
export const LOOPBACK = '127.0.0.1';
/** An engine answers a plain question in milliseconds; one that takes longer is stuck. */
const ANSWER_MS = 15_000;

let connection: Promise<Docker> | undefined;

/** The engine that `DOCKER_HOST` names, or this machine's. The client is loaded when it is first needed: it is large. */
export function connectEngine(): Promise<Docker> {
  connection ??= import('dockerode').then(({ default: Client }) => new Client());
  return connection;
}

/** Where the engine is looked for. */
export const engineAddress = (env: NodeJS.ProcessEnv = process.env): string =>
  env['DOCKER_HOST'] ?? `unix://${DEFAULT_SOCKET}`;

/** Whether it is worth asking: a look at the disk, where the engine would be a socket. */
export function mayHaveEngine(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['DOCKER_HOST'] !== undefined || existsSync(DEFAULT_SOCKET);
}

/**
 * Works with the engine, and turns what it refuses into errors that say what to do.
 * @param doing what is being done, as in `could not <doing>`
 */
export async function withEngine<T>(doing: string, work: (engine: Docker) => Promise<T>): Promise<T> {
  engineHost();
  try {
    return await work(await connectEngine());
  } catch (error) {
    throw explainEngineError(error, doing);
  }
}

/** The types lack the options of this one. */
interface Questions {
  version(options: ReturnType<typeof soon>): Promise<DockerVersion>;
}

/** The engine's version. @throws ExpectedError when it does not answer */
export async function askVersion(): Promise<string> {
  return withEngine('ask Docker for its version', async (engine) => {
    return (await (engine as Docker & Questions).version(soon())).Version;
  });
}

/** Whether it is Podman, which answers as Docker does, but does some things in its own way. */
export async function isPodman(): Promise<boolean> {
  const { Components: parts } = await withEngine('ask Docker for its version', async (engine) => engine.version());
  return JSON.stringify(parts).includes('Podman');
}

/** Options of a plain question, which an engine that is stuck would leave open for ever. */
export const soon = (): { readonly abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(ANSWER_MS) });

/**
 * Where the ports that an engine publishes are found: on this machine, or where the engine is.
 * @throws ExpectedError for an address that leads to an engine and not to its ports
 */
export function engineHost(env: NodeJS.ProcessEnv = process.env): string {
  const address = engineAddress(env);
  const [, scheme = '', host = ''] = /^(\w+):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]*)/.exec(address) ?? [];
  if (['unix', 'npipe'].includes(scheme) || ['localhost', LOOPBACK, '[::1]'].includes(host)) return LOOPBACK;
  // An IPv6 address is written in one way in a URL and in another to connect.
  if (['tcp', 'http', 'https'].includes(scheme) && /^[^[]/.test(host)) return host;
  throw new ExpectedError(`The Docker engine at ${address} cannot run the lab: its ports are out of reach.`, {
    details: ['The lab talks to every process of a stack, at the address of the engine.'],
    next: 'Run QuickBite there, name the engine as DOCKER_HOST=tcp://<name or IPv4 address>:<port>, or use "--launcher process".',
  });
}

/** Which address of the engine's machine ports are published on: its own where that is this one, so that nobody else reaches them. */
export const publishedOn = (): string => (engineHost() === LOOPBACK ? LOOPBACK : '0.0.0.0');

/** The status code of an answer of the engine; undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Does nothing about what is not there, or is in the wanted state already. */
export async function unless(codes: readonly number[], work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    const status = statusOf(error);
    if (status === undefined || !codes.includes(status)) throw error;
  });
}

/** The `ExpectedError` for what the engine refused; any other error as it is. */
function explainEngineError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const known = KNOWN.find(({ codes, text }) => codes?.includes(code) ?? text?.test(error.message));
  if (known) return known.explain(error);
  if (statusOf(error) === undefined) return error;
  return new ExpectedError(`Docker could not ${doing}: ${reasonOf(error)}`, {
    next: 'Check the engine with "docker info", or use "--launcher process".',
    cause: error,
  });
}

interface KnownError {
  readonly codes?: readonly string[];
  readonly text?: RegExp;
  readonly explain: (error: Error) => ExpectedError;
}

/** How a write to a full disk ends, in the words of the engine and of whatever runs in a build. */
export const DISK_FULL = /no space left on device/i;

/** @param saidBy what said so */
export const diskIsFull = (saidBy: string, cause: unknown): ExpectedError =>
  new ExpectedError('The disk of the Docker engine is full.', {
    details: [saidBy],
    next: 'Free some space with "docker system prune", or use "--launcher process".',
    cause,
  });

const KNOWN: readonly KnownError[] = [
  {
    codes: ['ABORT_ERR'],
    explain: (cause) =>
      new ExpectedError(
        `The Docker engine at ${engineAddress()} is stuck: it has not answered in ${ANSWER_MS / 1000} s.`,
        {
          next: 'Restart it (Docker Desktop, or "sudo systemctl restart docker"), or use "--launcher process".',
          cause,
        },
      ),
  },
  {
    codes: ['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET', 'EPIPE'],
    explain: (cause) =>
      new ExpectedError(`No Docker engine answers at ${engineAddress()}.`, {
        next: 'Start it (Docker Desktop, or "sudo systemctl start docker"), or use "--launcher process".',
        cause,
      }),
  },
  {
    codes: ['EACCES', 'EPERM'],
    explain: (cause) =>
      new ExpectedError(`You may not use the Docker engine at ${engineAddress()}.`, {
        next: 'Join its group with "sudo usermod -aG docker $USER" and log in again, or use "--launcher process".',
        cause,
      }),
  },
  {
    text: DISK_FULL,
    explain: (cause) => diskIsFull(reasonOf(cause), cause),
  },
  {
    text: /port is already allocated|address already in use|ports are not available/i,
    explain: (cause) =>
      new PortLostError('Another program took a port in between.', {
        details: [reasonOf(cause)],
        next: 'Try again, or choose one with "--port <name>=<number>".',
        cause,
      }),
  },
];

/** The engine's own words, without the client's prefix. */
export const reasonOf = (error: Error): string => error.message.replace(/^\(HTTP code \d+\) [^-]+ - /, '').trim();
