import { expect, test, vi } from 'vitest';
import { circuitBreaker } from '../catalog/circuit-breaker/scenario.js';
import { pauseFault } from '../faults/pause.js';
import { onTarget, targetContext } from '../testing/target-context.js';
import type { Flaw } from '../testing/target-context.js';
import { ARMS } from './arm.js';
import { runCatalog } from './run-catalog.js';
import type { Scenario } from './scenario.js';

const SHORT = ['wrongIdsMs=500', 'steadyMs=800', 'outageMs=4000', 'recoveryMs=2500', 'timeoutMs=500', 'windowMs=1000'];

/** The circuit-breaker story at a tenth of its length, on the stand-in's services, under another name. */
function shortened(id: string): Scenario {
  const experiment = onTarget(circuitBreaker.withSettings([...SHORT, 'resetMs=800', 'rate=60']));
  return { ...circuitBreaker, id, needs: experiment.card.needs, withSettings: () => experiment };
}

/** Runs scenarios that need the same stack. @returns what was told of each run, the runs that count, and how many stacks it took */
async function run(
  flaw: Flaw,
  scenarios: readonly Scenario[],
): Promise<Record<'told' | 'counted', string[]> & { stacks: number }> {
  using context = targetContext(flaw);
  const told: string[] = [];
  let stacks = 0;
  const shared = { context, seed: 7, arms: ARMS, signal: new AbortController().signal, jobs: 1 };
  const counted = await runCatalog(
    scenarios,
    { ...shared, onProgress: ({ type }) => (stacks += type === 'stack' ? 1 : 0) },
    ({ id, attempt, result }) => void told.push(`${id} ${String(attempt)} ${result.record.outcome}`),
  );
  return { told, counted: counted.map(({ id, attempt }) => `${id} ${String(attempt)}`), stacks };
}

test('what is inconclusive is run twice more and no further, each time on a new stack', async () => {
  const { told, counted, stacks } = await run('no-restaurants', [shortened('a'), shortened('b')]);
  expect(told).toEqual(['a', 'b'].flatMap((id) => [1, 2, 3].map((n) => `${id} ${String(n)} inconclusive`)));
  expect(counted).toEqual(['a 3', 'b 3']);
  expect(stacks).toBe(6);
});

test('the second run counts, and those after it share its stack', async () => {
  const inject = vi.spyOn(pauseFault, 'inject').mockResolvedValueOnce();
  try {
    const { told, counted, stacks } = await run('none', [shortened('a'), shortened('b')]);
    expect(told).toEqual(['a 1 inconclusive', 'a 2 proved', 'b 1 proved']);
    expect(counted).toEqual(['a 2', 'b 1']);
    expect(stacks).toBe(2);
  } finally {
    inject.mockRestore();
  }
});
