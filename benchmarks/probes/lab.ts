import type { StartedStack } from '@quickbite/runtime/stack';
import { ExpectedError } from '@quickbite/runtime/errors';
import type { EngineName, ProbeLab } from './probe.js';

/** A lab on the engines of a stack; `undefined` where probes need none. */
export function probeLabOn(stack: StartedStack | undefined, signal: AbortSignal): ProbeLab {
  const engine = (name: EngineName): ReturnType<ProbeLab['engine']> => {
    if (!stack)
      throw new ExpectedError(`A probe asked for ${name}, which it does not name among its engines.`, {
        next: 'Name it there.',
      });
    const found = stack.process(name);
    return {
      url: found.url,
      port: found.port,
      source: found.source ?? 'embedded',
      restart: async () => {
        await found.kill();
        await found.start({ signal });
      },
    };
  };
  return { engine, signal };
}
