import { bootStack, withDependencies } from '@quickbite/runtime/stack';
import type { StartedStack } from '@quickbite/runtime/stack';
import { setKnobs } from '@quickbite/scenarios/probes';
import { openReaders } from '@quickbite/scenarios/readers';
import type { Readers } from '@quickbite/scenarios/readers';
import { seedServices } from '@quickbite/scenarios/seed';
import type { Watched } from '../measurement/process-usage.js';
import type { BenchContext } from './suite.js';

/** Boots what a suite needs, beside whatever stacks are up, and takes it down whatever happens. */
export async function withBenchStack<T>(
  context: BenchContext,
  services: readonly string[],
  work: (stack: StartedStack) => Promise<T>,
): Promise<T> {
  const { runtime, engines, signal, onProgress } = context;
  onProgress(`booting ${services.join(', ')}`);
  await using stack = await bootStack(
    {
      id: `bench-${process.pid}`,
      services,
      lifetime: 'run',
      launcher: 'process',
      signal,
      env: environmentOf(context, services),
      ...(engines && { engines }),
    },
    runtime,
  );
  const sources = stack.processes.flatMap(({ name, source }) => (source ? [[name, source] as const] : []));
  context.onEngines?.(Object.fromEntries(sources));
  return await work(stack);
}

/** The same with cities in it, one for each seed, and with readers of what is inside. */
export const withCities = <T>(
  context: BenchContext,
  services: readonly string[],
  seeds: readonly number[],
  work: (stack: StartedStack, inside: Readers) => Promise<T>,
): Promise<T> =>
  withBenchStack(context, services, async (stack) => {
    if (seeds.length > 0) context.onProgress('seeding');
    for (const seed of seeds) await seedServices(stack, seed);
    const inside = openReaders(stack);
    try {
      return await work(stack, inside);
    } finally {
      await inside.close();
    }
  });

/** By the name of a process. What a profiler needs is for Node.js: an engine that is none of ours does not look at it. */
function environmentOf({ env = {}, profiler, runtime }: BenchContext, services: readonly string[]) {
  const present = withDependencies(runtime.catalogue, services).map(({ name }) => name);
  const names = profiler ? present : present.filter((name) => env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, { ...profiler?.environment, ...env[name] }]));
}

/** Puts a service of a stack as a load needs it. */
export async function turnKnobs(
  stack: StartedStack,
  service: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  await setKnobs({ service, url: stack.process(service).url, labKey: stack.labKey }, values);
}

/** The processes of a stack, to be watched. */
export const watchedOf = (stack: StartedStack): readonly Watched[] =>
  stack.processes.map(({ name, pid, source }) => ({
    ...{ name, pid },
    // Services and the engines of ours run on Node.js.
    profiled: source === undefined || source === 'embedded',
  }));
