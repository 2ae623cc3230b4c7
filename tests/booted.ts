import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootStack, defaultContext } from '@quickbite/runtime/stack';
import type { BootOptions, StartedStack } from '@quickbite/runtime/stack';
import { expect } from 'vitest';
import { leftovers } from './leftovers.js';

/**
 * Runs `work` on a stack in a state home of its own, on ports that nobody else uses, takes it down, and fails if anything is
 * left of it.
 */
export async function withStack(
  options: Omit<BootOptions, 'lifetime'>,
  work: (stack: StartedStack) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'quickbite-e2e-'));
  const stack = await bootStack({ ...options, lifetime: 'run' }, { ...defaultContext(), home });
  const ports = stack.processes.map(({ port }) => port);
  try {
    await work(stack);
  } finally {
    await stack.down();
    const left = await leftovers({ home, ports });
    rmSync(home, { recursive: true, force: true });
    expect(left).toEqual([]);
  }
}
