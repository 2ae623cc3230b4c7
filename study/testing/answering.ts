// A process that is made to be killed: writes answers one after the other, and says which it was told are saved.
// Its arguments: the state home, a name for its answers, how many.
import { z } from 'zod';
import { addAnswer } from '../progress/index.js';
import { someAnswer } from './some-answer.js';

const [home, name, count] = z.tuple([z.string(), z.string(), z.coerce.number()]).parse(process.argv.slice(2));
for (let n = 0; n < count; n += 1) {
  await addAnswer(home, someAnswer(`${name}-${String(n)}`));
  process.stdout.write(`${name}-${String(n)}\n`);
}
