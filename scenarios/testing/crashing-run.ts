// A run that is made to be killed: boots the stand-in, changes a knob, breaks the restaurant service, says so, and waits.
// Its arguments: the state home, the stack's lifetime, the fault.
import { bootStack } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { changeKnobs, injectFault } from '../protocol/disturbances.js';
import { openJournal } from '../protocol/journal.js';
import { targetContextIn } from './target-context.js';

const [home, lifetime, fault] = z
  .tuple([z.string(), z.enum(['run', 'kept']), z.enum(['pause', 'kill'])])
  .parse(process.argv.slice(2));
const stack = await bootStack({ id: 'crash', lifetime }, targetContextIn(home));
const journal = openJournal(stack.folder);
await changeKnobs(stack, journal, 'test', 'api-gateway', { 'breaker.enabled': false });
await injectFault(stack, journal, 'test', { fault, target: 'restaurant-service' });
process.stdout.write('broken\n');
setInterval(() => undefined, 60_000);
