import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StartedStack } from '@quickbite/runtime/stack';
import { z } from 'zod';

const state = z.looseObject({ secrets: z.record(z.string(), z.string()) });

/**
 * A secret that was made for this stack, from its state file. For stories about attackers who have it; everything of a lab
 * stack is thrown away with it.
 */
export function readSecret(stack: StartedStack, name: string): string {
  const { secrets } = state.parse(JSON.parse(readFileSync(path.join(stack.folder, 'state.json'), 'utf8')));
  const found = secrets[name];
  if (found !== undefined) return found;
  throw new RangeError(`Expected the stack to have a secret "${name}"; it has ${Object.keys(secrets).join(', ')}.`);
}
