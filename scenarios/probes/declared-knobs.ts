import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ProcessDef } from '@quickbite/runtime/definitions';
import { ExpectedError } from '@quickbite/runtime/errors';
import { knobsDocument } from './knobs.js';
import type { Knob } from './knobs.js';

const TIMEOUT_MS = 20_000;

/** Services that can have knobs, with their entry file relative to the repository's root. */
export function servicesIn(
  catalogue: readonly ProcessDef[],
): readonly { readonly name: string; readonly entry: string }[] {
  return catalogue.flatMap((def) => (def.kind === 'service' ? [{ name: def.name, entry: def.entry }] : []));
}

/** The knobs of a service at their defaults, as its program declares them, without a stack. */
export async function readDeclaredKnobs(
  root: string,
  service: { readonly name: string; readonly entry: string },
): Promise<readonly Knob[]> {
  const entry = path.join(root, service.entry);
  if (!existsSync(entry)) {
    throw new ExpectedError(`${service.name} is not built: there is no ${service.entry}.`, {
      next: 'Build with "npm run build".',
    });
  }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entry, '--describe-knobs'], {
      timeout: TIMEOUT_MS,
    });
    return knobsDocument.parse(JSON.parse(stdout)).knobs;
  } catch (cause) {
    throw new ExpectedError(`${service.name} does not say which knobs it has.`, {
      next: `See why with "node ${service.entry} --describe-knobs".`,
      cause,
    });
  }
}
