import { attachStack, listStacks } from '@quickbite/runtime/stack';
import type { RuntimeContext } from '@quickbite/runtime/stack';
import { readDeclaredKnobs, servicesIn } from './declared-knobs.js';
import { readKnobs, setKnobs } from './knobs.js';
import type { Knob, KnobValues } from './knobs.js';

/** The knobs of one service. */
export interface ServiceKnobs {
  readonly service: string;
  /** Read from the running service; otherwise these are the defaults that its program declares. */
  readonly running: boolean;
  readonly knobs: readonly Knob[];
}

/** The knobs of services: as they are now where the stack is up, and the defaults elsewhere. */
export async function readLabKnobs(
  context: RuntimeContext,
  stackId: string,
  services: readonly string[],
): Promise<readonly ServiceKnobs[]> {
  const up = (await listStacks(context)).some((stack) => stack.id === stackId && stack.condition === 'up');
  const stack = up ? await attachStack(stackId, context) : undefined;
  const known = servicesIn(context.catalogue).filter(({ name }) => services.includes(name));
  return Promise.all(
    known.map(async (service) => {
      const process = stack?.processes.find(({ name }) => name === service.name);
      if (!stack || !process)
        return { service: service.name, running: false, knobs: await readDeclaredKnobs(context.root, service) };
      const knobs = await readKnobs({ service: service.name, url: process.url, labKey: stack.labKey });
      return { service: service.name, running: true, knobs };
    }),
  );
}

/** Changes knobs of a running service; they stay until they are changed again or the service restarts. */
export async function setLabKnobs(
  context: RuntimeContext,
  stackId: string,
  service: string,
  values: KnobValues,
): Promise<ServiceKnobs> {
  const stack = await attachStack(stackId, context);
  const knobs = await setKnobs({ service, url: stack.process(service).url, labKey: stack.labKey }, values);
  return { service, running: true, knobs };
}
