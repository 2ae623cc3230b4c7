// A run that is made to be killed: boots the stand-in, changes a knob, breaks the restaurant service, says so, and waits.
// Its arguments: the state home, the stack's lifetime, the fault's plan as JSON.
import { bootStack } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { faultPlan } from '../faults/index.js';
import { changeKnobs, injectFault } from '../protocol/disturbances.js';
import { openJournal } from '../protocol/journal.js';
import { targetContextIn } from './target-context.js';

const [home, lifetime, plan] = z
  .tuple([z.string(), z.enum(['run', 'kept']), z.string().transform((json) => faultPlan.parse(JSON.parse(json)))])
  .parse(process.argv.slice(2));
const links = [{ from: 'api-gateway', to: 'restaurant-service' }];
const stack = await bootStack({ id: 'crash', lifetime, links }, targetContextIn(home));
const journal = openJournal(stack.folder);
await changeKnobs(stack, journal, 'test', 'api-gateway', { 'breaker.enabled': false });
await injectFault(stack, journal, 'test', plan);
process.stdout.write('broken\n');
setInterval(() => undefined, 60_000);
