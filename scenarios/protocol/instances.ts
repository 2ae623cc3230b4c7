import type { StartedStack } from '@quickbite/runtime/stack';
import type { ArmName } from './arm.js';
import type { Experiment } from './scenario.js';

/** The processes of a service: itself, and where several run `<service>-2` and so on. */
export function instancesOf(stack: StartedStack, service: string): readonly [string, ...string[]] {
  const further = stack.processes.filter(
    ({ name }) => name.startsWith(`${service}-`) && /^\d+$/.test(name.slice(service.length + 1)),
  );
  return [service, ...further.map(({ name }) => name)];
}

/** Instances that were booted and do not run in this arm. */
export function surplusOf(experiment: Experiment, arm: ArmName): readonly string[] {
  const { instances } = experiment.card.needs;
  return Object.entries(experiment.running[arm]).flatMap(([service, wanted]) =>
    Array.from({ length: (instances[service] ?? 1) - wanted }, (_, n) => `${service}-${String(wanted + n + 1)}`),
  );
}
