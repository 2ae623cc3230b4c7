import type { ObservedStack } from '../stack/observe-stacks.js';
import type { Stray } from '../launchers/index.js';
import type { Finding } from './finding.js';

/** What dead commands left behind: stacks without an owner, damaged state files, processes that no stack knows of. */
export function checkLeftovers(stacks: readonly ObservedStack[], orphans: readonly Stray[]): Finding[] {
  const dead = stacks.filter(({ condition }) => condition === 'leftover').map(describeStack);
  const strays = orphans.filter(({ folder }) => !stacks.some((stack) => stack.folder === folder)).map(describeStray);
  if (dead.length + strays.length > 0) return [...dead, ...strays];
  return [{ category: 'leftovers', name: 'stacks', status: 'ok', message: 'nothing is left of dead stacks' }];
}

function describeStack(stack: ObservedStack): Finding {
  const running = stack.processes.filter(({ status }) => status !== 'exited').length;
  return {
    category: 'leftovers',
    name: stack.id,
    status: 'warn',
    message: stack.problem?.message ?? `a stack that nobody owns any more, ${running} of its processes still running`,
    fix: `Remove it with "quickbite down --stack ${stack.id}${stack.problem ? ' --force' : ''}".`,
  };
}

function describeStray({ name, command }: Stray): Finding {
  return {
    category: 'leftovers',
    name,
    status: 'warn',
    message: `left of a stack that is gone: ${command}`,
    fix: 'Remove all of it with "quickbite down --all".',
  };
}
