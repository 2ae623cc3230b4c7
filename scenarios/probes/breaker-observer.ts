import { ExpectedError } from '@quickbite/runtime/errors';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { Observer } from '../protocol/observer.js';
import { readBreakers } from './breakers.js';
import type { BreakerSnapshot } from './breakers.js';

const GATEWAY = 'api-gateway';

/** Watches the gateway's breaker in front of one service. */
export function breakerOf(service: string): Observer<BreakerSnapshot> {
  return {
    name: `breaker:${service}`,
    label: 'breaker',
    read: (stack) => readBreaker(stack, service),
    show: (snapshot) => snapshot.state,
  };
}

async function readBreaker(stack: StartedStack, service: string): Promise<BreakerSnapshot> {
  const breakers = await readBreakers({ service: GATEWAY, url: stack.process(GATEWAY).url, labKey: stack.labKey });
  const found = breakers.find((breaker) => breaker.name === service);
  if (found) return found;
  const names = breakers.map((breaker) => breaker.name).join(', ');
  throw new ExpectedError(`Expected the gateway to have a breaker named ${service}; it has ${names || 'none'}.`, {
    next: 'Correct the name in the scenario.',
  });
}
