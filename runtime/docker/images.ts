import type { EngineSource, ProcessDef } from '../definitions/index.js';
import { ExpectedError } from '../errors/index.js';
import { buildContextOf } from './build-context.js';
import type { BuildContext } from './build-context.js';
import { statusOf, withEngine } from './engine.js';

const NODE_IMAGE = 'node:20-alpine';

/** An image that a stack needs. */
export type NeededImage =
  /** Made here, from the sources of this checkout. */
  | { readonly kind: 'ours'; readonly name: string; readonly workspace: string; readonly context: BuildContext }
  /** Somebody else's, from a registry. */
  | { readonly kind: 'theirs'; readonly name: string; readonly setting: string; readonly process: string };

/** The base image of ours. */
export const nodeImage = (env: NodeJS.ProcessEnv = process.env): string => env['QUICKBITE_IMAGE_NODE'] ?? NODE_IMAGE;

/** The name of the image that a process runs in, and what it is made of. */
export async function imageOf(root: string, def: ProcessDef, source: EngineSource | undefined): Promise<NeededImage> {
  if (def.kind === 'engine' && source === 'native') {
    const { name, setting } = def.image;
    return { kind: 'theirs', name: process.env[setting] ?? name, setting, process: def.name };
  }
  const workspace = def.kind === 'service' ? def.entry.replace(/\/dist\/.*$/, '') : 'engines';
  const context = await buildContextOf(root, workspace, [nodeImage()]);
  // The tag says what is in it: two checkouts do not take each other's images for their own.
  return { kind: 'ours', name: `${repositoryOf(workspace)}:lab-${context.fingerprint}`, workspace, context };
}

/** `quickbite/order-service` for `services/order-service`. */
export const repositoryOf = (workspace: string): string => `quickbite/${workspace.replace(/^.*\//, '')}`;

/** Each image once. */
export const distinct = (images: readonly NeededImage[]): NeededImage[] => [
  ...new Map(images.map((image) => [image.name, image])).values(),
];

/** Those that the engine does not have. */
export async function missingAmong(images: readonly NeededImage[]): Promise<NeededImage[]> {
  const found = await Promise.all(images.map(async (image) => ({ image, has: await hasImage(image.name) })));
  return found.filter(({ has }) => !has).map(({ image }) => image);
}

/** Whether the engine has an image. */
export async function hasImage(name: string): Promise<boolean> {
  return withEngine(`look for the image ${name}`, async (engine) => {
    try {
      await engine.getImage(name).inspect();
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  });
}

/** The error for an image that cannot be had. */
export function cannotPull(image: Extract<NeededImage, { kind: 'theirs' }>, reason: string): ExpectedError {
  return new ExpectedError(`The image ${image.name} cannot be pulled.`, {
    details: [reason],
    next: `Name one that you have with ${image.setting}=<image>, or use "--engine ${image.process}=embedded".`,
  });
}
