import { bootStack } from '@quickbite/runtime/stack';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { Watched } from '../measurement/process-usage.js';
import type { BenchContext } from './suite.js';

/** Boots what a suite needs, beside whatever stacks are up, and takes it down whatever happens. */
export async function withBenchStack<T>(
  context: BenchContext,
  services: readonly string[],
  work: (stack: StartedStack) => Promise<T>,
): Promise<T> {
  const { runtime, engines, env, signal, onProgress } = context;
  onProgress(`booting ${services.join(', ')}`);
  const present = Object.entries(env ?? {}).filter(([name]) => services.includes(name));
  await using stack = await bootStack(
    {
      id: `bench-${process.pid}`,
      services,
      lifetime: 'run',
      launcher: 'process',
      signal,
      env: Object.fromEntries(present),
      ...(engines && { engines }),
    },
    runtime,
  );
  const sources = stack.processes.flatMap(({ name, source }) => (source ? [[name, source] as const] : []));
  context.onEngines?.(Object.fromEntries(sources));
  return await work(stack);
}

/** The processes of a stack, to be watched. */
export const watchedOf = (stack: StartedStack): readonly Watched[] =>
  stack.processes.map(({ name, pid }) => ({ name, pid }));
