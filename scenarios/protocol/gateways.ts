import type { StartedStack } from '@quickbite/runtime/stack';
import { instancesOf } from './instances.js';

/** Addresses of all gateways of a stack: the load takes turns between them, as a load balancer in front would. */
export function gatewaysOf(stack: StartedStack): readonly string[] {
  return instancesOf(stack, 'api-gateway').map((name) => stack.process(name).url);
}
