import type { ProcessDef } from '../definitions/index.js';
import type { ObservedStack } from '../stack/observe-stacks.js';
import { canListen } from '../stack/port-plan.js';
import type { Finding } from './finding.js';
import { findPortOwner } from './port-owner.js';

/** Which default ports are taken, and by whom: a taken one moves, so this is no more than good to know. */
export async function checkPorts(
  catalogue: readonly ProcessDef[],
  stacks: readonly ObservedStack[],
): Promise<Finding[]> {
  const findings = await Promise.all(catalogue.map((def) => checkPort(def, stacks)));
  const taken = findings.filter((finding) => finding !== undefined);
  if (taken.length > 0) return taken;
  const ports = catalogue.map(({ port }) => port).sort((a, b) => a - b);
  return [{ category: 'ports', name: 'defaults', status: 'ok', message: `all free: ${ports.join(', ')}` }];
}

async function checkPort({ name, port }: ProcessDef, stacks: readonly ObservedStack[]): Promise<Finding | undefined> {
  if (await canListen(port)) return undefined;
  const stack = stacks.find(({ processes }) =>
    processes.some((entry) => entry.port === port && entry.status !== 'exited'),
  );
  if (stack)
    return { category: 'ports', name: String(port), status: 'ok', message: `${name} of the stack "${stack.id}"` };
  const owner = await findPortOwner(port);
  const who = owner ? `pid ${owner.pid} (${owner.command})` : 'another program';
  return {
    category: 'ports',
    name: String(port),
    status: 'warn',
    message: `${who} listens on the default port of ${name}; a stack will use another`,
    fix: `End it, or choose a port with "quickbite up --port ${name}=<number>".`,
  };
}
