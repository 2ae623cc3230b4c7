import { ExpectedError } from '@quickbite/runtime/errors';
import { withInstanceNames } from './assignments.js';
import type { BootOptions, ObservedStack } from '@quickbite/runtime/stack';

/**
 * Brings a stack that is up to what was asked for: starts the processes that have ended.
 * @returns what was done, as a sentence
 * @throws ExpectedError when it lacks a service that was asked for: what a stack consists of is decided at its boot
 */
export async function reviveStack(observed: ObservedStack, options: BootOptions): Promise<string> {
  const present = observed.processes.map(({ name }) => name);
  const instances = withInstanceNames([], options.instances ?? {});
  const missing = [
    ...[...(options.services ?? []), ...instances].filter((name) => !present.includes(name)),
    ...missingLinks(observed, options),
  ];
  if (missing.length > 0) {
    throw new ExpectedError(`The stack "${observed.id}" is up without ${missing.join(', ')}.`, {
      next: `Take it down with "quickbite down --stack ${observed.id}" and boot it again, or use another with "--stack other".`,
    });
  }
  const { attachStack } = await import('@quickbite/runtime/stack');
  const stack = await attachStack(observed.id);
  const ended = observed.processes.filter(({ status }) => status === 'exited').map(({ name }) => name);
  // In the catalogue's order, engines come before the services that need them.
  for (const name of ended) await stack.process(name).start();
  const ignored = Object.keys({ ...options.ports, ...options.engines }).length > 0;
  return [
    ended.length > 0 ? `The stack was up; started again: ${ended.join(', ')}.` : 'The stack is already up.',
    ...(ignored ? ['Ports and engines are chosen at the boot: --port and --engine changed nothing.'] : []),
  ].join('\n');
}

function missingLinks({ state }: ObservedStack, { links = [] }: BootOptions): string[] {
  const has = (from: string, to: string) => state?.links.some((link) => link.from === from && link.to === to) === true;
  return links.filter(({ from, to }) => !has(from, to)).map(({ from, to }) => `a proxy in the link ${from}:${to}`);
}
