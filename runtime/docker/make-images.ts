import type Docker from 'dockerode';
import { ExpectedError } from '../errors/index.js';
import { connectEngine, DISK_FULL, diskIsFull, isPodman, reasonOf, unless, withEngine } from './engine.js';
import { cannotPull, nodeImage, repositoryOf } from './images.js';
import type { NeededImage } from './images.js';

/** At once: they share most of their steps, which the engine does once. */
const BUILDS_AT_ONCE = 3;

const PROXY_SETTINGS = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** What happens to one image, line by line. */
export type OnImageProgress = (image: string, what: string) => void;

/** Options of `makeImages`. */
export interface MakeOptions {
  /** The repository's root. */
  readonly root: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnImageProgress;
}

/**
 * Builds ours and pulls theirs.
 * @throws ExpectedError when one cannot be had; the abort's reason when the signal aborts
 */
export async function makeImages(images: readonly NeededImage[], options: MakeOptions): Promise<void> {
  const waiting = [...images];
  const work = async (): Promise<void> => {
    for (let image = waiting.shift(); image; image = waiting.shift()) {
      options.signal?.throwIfAborted();
      if (image.kind === 'ours') await build(image, options);
      else await pull(image, options);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: BUILDS_AT_ONCE }, work));
  options.signal?.throwIfAborted();
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function pull(image: Extract<NeededImage, { kind: 'theirs' }>, options: MakeOptions): Promise<void> {
  options.onProgress(image.name, 'pulling');
  try {
    await withEngine(`pull ${image.name}`, async (engine) =>
      follow(await engine.pull(image.name), image.name, options),
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof ExpectedError && error.message.includes('disk')) throw error;
    throw cannotPull(image, error instanceof Error ? lastWords(error) : String(error));
  }
  options.onProgress(image.name, 'pulled');
}

const lastWords = (error: Error): string => (error.cause instanceof Error ? reasonOf(error.cause) : reasonOf(error));

async function build(image: Extract<NeededImage, { kind: 'ours' }>, options: MakeOptions): Promise<void> {
  const { name, workspace, context } = image;
  const lines: string[] = [];
  const onProgress = (_: string, what: string): void => {
    lines.push(what);
    options.onProgress(name, what);
  };
  onProgress(name, 'building');
  const settings = {
    t: name,
    dockerfile: 'deploy/docker/Dockerfile',
    buildargs: { NODE_IMAGE: nodeImage(), WORKSPACE: workspace, ...proxySettings() },
    ...((await hasBuildKit()) && { version: '2' as const }),
  };
  try {
    await withEngine(`build ${repositoryOf(workspace)}`, async (engine) => {
      const source = { context: options.root, src: [...context.files] };
      await follow(await engine.buildImage(source, settings), name, { ...options, onProgress });
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof ExpectedError && error.message.includes('disk')) throw error;
    // A step that fails for it says so itself; the engine says only that it failed.
    const full = lines.find((line) => DISK_FULL.test(line));
    if (full !== undefined) throw diskIsFull(full, error);
    throw new ExpectedError(`The image of ${repositoryOf(workspace)} could not be built.`, {
      details: [...lines.slice(-20).map((line) => `| ${line}`), error instanceof Error ? lastWords(error) : ''],
      next: `If it cannot reach a registry, name a base image that you have with QUICKBITE_IMAGE_NODE=<image>; or use "--launcher process".`,
      cause: error,
    });
  }
  onProgress(name, 'built');
  await removeOlder(repositoryOf(workspace), name);
}

/** Removes the image that this one replaces, unless a stack uses it. */
async function removeOlder(repository: string, name: string): Promise<void> {
  await withEngine('remove older images', async (engine) => {
    const tagged = await engine.listImages({ filters: { reference: [`${repository}:lab-*`] } });
    // Podman writes the registry into a name: `docker.io/quickbite/...`.
    const older = tagged.flatMap(({ RepoTags: tags }) => tags ?? []).filter((tag) => !`/${tag}`.endsWith(`/${name}`));
    // The engine refuses for what a container uses.
    await Promise.all(older.map((tag) => unless([404, 409], engine.getImage(tag).remove())));
  });
}

/** Podman builds in its own way. */
const hasBuildKit = async (): Promise<boolean> => process.env['DOCKER_BUILDKIT'] !== '0' && !(await isPodman());

const proxySettings = (): Record<string, string> =>
  Object.fromEntries(PROXY_SETTINGS.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

interface ProgressEvent {
  readonly status?: string;
  readonly stream?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** The types lack what decodes the progress of BuildKit. */
interface Decoder {
  followProgress(
    stream: NodeJS.ReadableStream,
    ended: (error: Error | null) => void,
    onProgress: (event: ProgressEvent) => void,
  ): void;
}

/** The client leaves what a step of a build prints in base64. An image's id looks much the same. */
function readable(line: string): string {
  const isEncoded = !/^[0-9a-f]+$/.test(line) && line.length % 4 === 0 && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(line);
  return isEncoded ? Buffer.from(line, 'base64').toString('utf8').trim() : line;
}

/** Passes on what the engine says until the stream ends. Aborting closes the stream, which ends the work. */
async function follow(stream: NodeJS.ReadableStream, name: string, options: MakeOptions): Promise<void> {
  const engine = (await connectEngine()) as Docker & Decoder;
  const abort = (): void => {
    (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
    // The client ends the session of a build when it hears this, and only then.
    stream.emit('end');
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  let refused: string | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const ended = (error: Error | null): void => (error ? reject(error) : resolve());
      engine.followProgress(stream, ended, ({ status, stream: text, error }) => {
        refused ??= error;
        for (const line of (error ?? text ?? status ?? '').split('\n')) {
          if (line.trim() !== '') options.onProgress(name, readable(line.trim()));
        }
      });
    });
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
  if (refused !== undefined) throw new Error(refused);
}
