import type { EngineSource } from '@quickbite/runtime/definitions';
import { ExpectedError } from '@quickbite/runtime/errors';
import { attachStack, bootStack, listStacks } from '@quickbite/runtime/stack';
import type { RuntimeContext, StartedStack } from '@quickbite/runtime/stack';
import type { OnProgress } from './events.js';

/** Options of `stackForExperiment`. */
export interface StackRequest {
  readonly context: RuntimeContext;
  readonly id: string;
  readonly services: readonly string[];
  readonly engines?: Readonly<Record<string, EngineSource>>;
  /** Leave a stack up that was booted for this run. */
  readonly keep: boolean;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** A stack to experiment on, and whether it was booted for that. */
export interface ExperimentStack {
  readonly stack: StartedStack;
  readonly booted: boolean;
}

/** Uses the stack of that name when it is up, and boots one otherwise. */
export async function stackForExperiment(request: StackRequest): Promise<ExperimentStack> {
  const { context, id, services, engines, keep, onProgress, signal } = request;
  const started = Date.now();
  const up = (await listStacks(context)).find((stack) => stack.id === id && stack.condition !== 'leftover');
  if (up) {
    const stack = await attachStack(id, context);
    const missing = services.filter((service) => !stack.processes.some((process) => process.name === service));
    if (missing.length > 0) throw missingServices(id, missing);
    onProgress({ type: 'stack', id, ours: false, ms: Date.now() - started });
    return { stack, booted: false };
  }
  onProgress({ type: 'booting', services });
  const stack = await bootStack(
    {
      id,
      services,
      lifetime: keep ? 'kept' : 'run',
      signal,
      onProgress: (event) => onProgress({ type: 'boot', event }),
      ...(engines && { engines }),
    },
    context,
  );
  onProgress({ type: 'stack', id, ours: true, ms: Date.now() - started });
  return { stack, booted: true };
}

function missingServices(id: string, missing: readonly string[]): ExpectedError {
  return new ExpectedError(`The stack "${id}" is up, but without ${missing.join(', ')}, which this scenario needs.`, {
    next: `Run it on a stack of its own with "--stack other", or take this one down with "quickbite down --stack ${id}".`,
  });
}
