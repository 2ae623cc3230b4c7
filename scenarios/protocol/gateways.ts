import type { StartedStack } from '@quickbite/runtime/stack';

const GATEWAY = /^api-gateway(-\d+)?$/;

/** Addresses of all gateways of a stack: the load takes turns between them, as a load balancer in front would. */
export function gatewaysOf(stack: StartedStack): readonly string[] {
  return stack.processes.filter(({ name }) => GATEWAY.test(name)).map(({ url }) => url);
}
