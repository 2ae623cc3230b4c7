import { defaultContext, findOrphans, listStacks } from '../stack/index.js';
import type { RuntimeContext } from '../stack/index.js';
import { checkDocker } from './docker.js';
import { checkEngines } from './engines.js';
import type { Finding } from './finding.js';
import { checkLeftovers } from './leftovers.js';
import { checkMachine } from './machine.js';
import { checkPorts } from './ports.js';
import { checkStateHome } from './state-home.js';

export type { Finding } from './finding.js';

/** Looks at everything that a stack needs, and at what earlier ones left behind. Changes nothing. */
export async function diagnose(context: RuntimeContext = defaultContext()): Promise<Finding[]> {
  const machine = checkMachine();
  const state = await checkStateHome(context.home);
  // Without a readable state home there are no stacks to compare with; the finding above says why.
  const readable = state.every(({ status }) => status !== 'fail');
  const stacks = readable ? await listStacks(context) : [];
  const orphans = readable ? await findOrphans(context) : [];
  return [
    ...(await machine),
    ...state,
    ...(await checkDocker(context.catalogue, context.root)),
    ...(await checkEngines(context.catalogue)),
    ...(await checkPorts(context.catalogue, stacks)),
    ...checkLeftovers(stacks, orphans),
  ];
}
