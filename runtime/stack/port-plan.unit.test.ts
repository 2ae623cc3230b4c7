import { describe, expect, it } from 'vitest';
import { planPorts } from './port-plan.js';

const wish = (name: string, port: number, explicit = false) => ({ name, port, explicit });
const allFree = () => Promise.resolve(true);
const allExcept =
  (...taken: number[]) =>
  (port: number) =>
    Promise.resolve(!taken.includes(port));

const numbers = (planned: Awaited<ReturnType<typeof planPorts>>) =>
  Object.fromEntries([...planned].map(([name, { port }]) => [name, port]));

describe('planPorts', () => {
  it('gives everyone the default when it is free', async () => {
    const planned = await planPorts([wish('a', 3000), wish('b', 3001)], new Map(), allFree);
    expect(planned.get('a')).toEqual({ port: 3000, movedFrom: undefined });
    expect(numbers(planned)).toEqual({ a: 3000, b: 3001 });
  });

  it('moves a taken default by hundreds and says from where', async () => {
    const planned = await planPorts([wish('a', 3000)], new Map(), allExcept(3000, 3100));
    expect(planned.get('a')).toEqual({ port: 3200, movedFrom: 3000 });
  });

  it('keeps away from a port of another stack even when nobody listens on it now', async () => {
    expect(numbers(await planPorts([wish('a', 3000)], new Map([[3000, 'other']]), allFree))).toEqual({ a: 3100 });
  });

  it('gives a port that was asked for to who asked, and moves whose default it was', async () => {
    const planned = await planPorts([wish('a', 3000), wish('b', 3000, true)], new Map(), allFree);
    expect(numbers(planned)).toEqual({ a: 3100, b: 3000 });
  });

  it('does not move a port that was asked for, and says who has it', async () => {
    const taken = planPorts([wish('a', 4000, true)], new Map(), allExcept(4000));
    await expect(taken).rejects.toThrow('Port 4000 was asked for a, but another program listens on it.');
    const claimed = planPorts([wish('a', 4000, true)], new Map([[4000, 'other']]), allFree);
    await expect(claimed).rejects.toThrow('the stack "other" holds it');
  });

  it('refuses one port for two, as a usage error', async () => {
    const twice = planPorts([wish('a', 4000, true), wish('b', 4000, true)], new Map(), allFree);
    await expect(twice).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('asked for a') as string,
    });
  });

  it('gives up with a sentence when every candidate is taken', async () => {
    await expect(planPorts([wish('a', 3000)], new Map(), () => Promise.resolve(false))).rejects.toThrow(
      'No port is free for a',
    );
  });
});
