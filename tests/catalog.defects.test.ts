import { catalog } from '@quickbite/scenarios/catalog';
import { expect, test } from 'vitest';
import { openLab } from './lab.js';
import { leftovers } from './leftovers.js';
import { patchedCheckout } from './patched-checkout.js';

/** Engines that start fast, and that no other lab on the machine can get in the way of. */
const EMBEDDED = ['mongo', 'redis', 'rabbitmq'].flatMap((engine) => ['--engine', `${engine}=embedded`]);
const cases = catalog.map(({ id, defect }) => [id, defect] as const);

/** Each scenario with the defect that it names, in a copy of the built code: what it says of a broken defence must be `refuted`. */
test.each(cases)('%s is refuted when its defence is broken in the code', async (id, defect) => {
  using checkout = patchedCheckout(defect);
  using lab = openLab(checkout.root);
  const { code, stdout, stderr } = await lab.run('scenario', id, '--json', ...EMBEDDED);
  expect(stdout, stderr).not.toBe('');
  const record = JSON.parse(stdout) as { readonly outcome: string; readonly reasons: readonly string[] };
  expect(record.outcome, `${record.reasons.join('\n')}\n${stderr}`).toBe('refuted');
  expect(record.reasons.join('\n')).toContain(`"${defect.refutes}"`);
  expect(code).toBe(1);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});
