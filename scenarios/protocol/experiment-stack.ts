import type { EngineSource } from '@quickbite/runtime/definitions';
import { ExpectedError } from '@quickbite/runtime/errors';
import { attachStack, bootStack, listStacks } from '@quickbite/runtime/stack';
import type { AskedLauncher, RuntimeContext, StartedStack } from '@quickbite/runtime/stack';
import type { OnProgress } from './events.js';
import type { StackNeeds } from './scenario.js';

/** Options of `stackForExperiment`. */
export interface StackRequest {
  readonly context: RuntimeContext;
  readonly id: string;
  readonly needs: StackNeeds;
  readonly engines?: Readonly<Record<string, EngineSource>>;
  readonly launcher?: AskedLauncher;
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

/**
 * Uses the stack of that name when it is up, and boots one with exactly what is needed otherwise.
 * @throws ExpectedError when one is up that lacks something
 */
export async function stackForExperiment(request: StackRequest): Promise<ExperimentStack> {
  const { context, id, needs, engines, launcher, keep, onProgress, signal } = request;
  const { services, links, instances, env } = needs;
  const started = Date.now();
  const up = (await listStacks(context)).find((stack) => stack.id === id && stack.condition !== 'leftover');
  if (up) {
    const stack = await attachStack(id, context);
    const missing = missingFrom(stack, needs);
    if (missing.length > 0) throw lacks(id, missing);
    onProgress({ type: 'stack', id, ours: false, ms: Date.now() - started });
    return { stack, booted: false };
  }
  onProgress({ type: 'booting', services });
  const stack = await bootStack(
    {
      id,
      services,
      links,
      instances,
      env,
      lifetime: keep ? 'kept' : 'run',
      signal,
      onProgress: (event) => onProgress({ type: 'boot', event }),
      ...(engines && { engines }),
      ...(launcher && { launcher }),
    },
    context,
  );
  onProgress({ type: 'stack', id, ours: true, ms: Date.now() - started });
  return { stack, booted: true };
}

/** What a stack lacks of what is needed, in words. */
function missingFrom(stack: StartedStack, { services, links, instances, env }: StackNeeds): readonly string[] {
  const has = (name: string): boolean => stack.processes.some((process) => process.name === name);
  return [
    ...services.filter((service) => !has(service)),
    ...Object.entries(instances)
      .filter(([service, count]) => count > 1 && !has(`${service}-${String(count)}`))
      .map(([service, count]) => `${String(count)} instances of ${service}`),
    ...links
      .filter((link) => !stack.links.some(({ from, to }) => from === link.from && to === link.to))
      .map(({ from, to }) => `a proxy in the link ${from}:${to}`),
    // What a process was started with cannot be seen from outside.
    ...Object.keys(env).map((name) => `the environment of ${name}`),
  ];
}

function lacks(id: string, missing: readonly string[]): ExpectedError {
  return new ExpectedError(`The stack "${id}" is up, but without ${missing.join(', ')}, which this scenario needs.`, {
    next: `Run it on a stack of its own with "--stack other", or take this one down with "quickbite down --stack ${id}".`,
  });
}
