import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import { ExpectedError } from '../errors/index.js';
import { PortLostError } from '../launchers/port-lost-error.js';

const DEFAULT_SOCKET = '/var/run/docker.sock';

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
  refuseFarAway(engineAddress());
  try {
    return await work(await connectEngine());
  } catch (error) {
    throw explainEngineError(error, doing);
  }
}

/** The engine's version. @throws ExpectedError when it does not answer */
export async function askVersion(): Promise<string> {
  return withEngine('ask Docker for its version', async (engine) => (await engine.version()).Version);
}

/** Ports are published on the engine's own loopback, which only this machine's own engine shares with the CLI. */
function refuseFarAway(address: string): void {
  const [, host] = /^(?:tcp|https?|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(address) ?? [];
  if (host === undefined || ['localhost', '127.0.0.1', '[::1]'].includes(host)) return;
  throw new ExpectedError(`The Docker engine at ${address} runs on another machine.`, {
    details: ['The lab publishes its ports on the loopback of the engine, because its credentials are not secret.'],
    next: 'Run QuickBite there, unset DOCKER_HOST, or use "--launcher process".',
  });
}

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

const KNOWN: readonly KnownError[] = [
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
    text: /no space left on device/i,
    explain: (cause) =>
      new ExpectedError('The disk of the Docker engine is full.', {
        details: [reasonOf(cause)],
        next: 'Free some space with "docker system prune", or use "--launcher process".',
        cause,
      }),
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
