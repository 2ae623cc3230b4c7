import { afterEach, describe, expect, it } from 'vitest';
import { toxiproxy } from '../definitions/index.js';
import { scriptedStack } from '../testing/scripted-stack.js';
import type { Script, ScriptedStack } from '../testing/scripted-stack.js';
import { bootStack } from './boot-stack.js';
import type { RuntimeContext } from './context.js';
import { defaultContext } from './context.js';
import { attachStack } from './find-stack.js';
import type { StartedStack } from './stack.js';

let scripted: ScriptedStack;
afterEach(async () => scripted.dispose());

/** Scripted processes beside the real proxy, which is built in this checkout. */
async function prepare(scripts: Record<string, Script>): Promise<RuntimeContext> {
  scripted = await scriptedStack(scripts);
  const entry = `${defaultContext().root}/engines/dist/toxiproxy/main.js`;
  // Homes do not know each other's ports, and test files run at the same time.
  const port = (scripted.context.catalogue[0]?.port ?? 0) + 10_000;
  const proxy = {
    ...toxiproxy,
    port,
    embedded: { ...toxiproxy.embedded, entry: entryFrom(scripted.context.root, entry) },
  };
  return { ...scripted.context, catalogue: [proxy, ...scripted.context.catalogue] };
}

/** Entry files are named relative to the root. */
const entryFrom = (root: string, file: string): string => `${'../'.repeat(root.split('/').length - 1)}${file.slice(1)}`;

const chain = { store: {}, web: { env: { STORE: '{store.url}' } }, other: { env: { STORE: '{store.url}' } } };
const link = { from: 'web', to: 'store' };
const toldBy = async (stack: StartedStack, name: string): Promise<string> => {
  const answer = (await (await fetch(stack.process(name).url)).json()) as { env: Record<string, string> };
  return answer.env['STORE'] ?? '';
};
const boot = async (links = [link]): Promise<StartedStack> =>
  bootStack({ lifetime: 'run', links, engines: { toxiproxy: 'embedded' } }, await prepare(chain));

describe('a link that is named at the boot', () => {
  it('goes through the proxy, and no other does', async () => {
    await using stack = await boot();
    expect(stack.links).toMatchObject([{ from: 'web', to: 'store', name: 'web:store' }]);
    expect(await toldBy(stack, 'web')).toBe(stack.link('web', 'store').url);
    expect(await toldBy(stack, 'other')).toBe(stack.process('store').url);
    expect((await fetch(stack.link('web', 'store').url)).status).toBe(200);
    expect(await stack.link('web', 'store').state()).toEqual({ enabled: true, toxics: [] });
  });

  it('can be slowed down and closed by another command that attaches to the stack', async () => {
    await using stack = await boot();
    const attached = (await attachStack(stack.id, scripted.context)).link('web', 'store');
    await attached.setToxic({ name: 'slow', type: 'latency', stream: 'downstream', attributes: { latency: 10 } });
    await attached.setToxic({ name: 'slow', type: 'latency', stream: 'downstream', attributes: { latency: 300 } });
    const started = performance.now();
    expect((await attached.probe()).ready).toBe(true);
    expect(performance.now() - started).toBeGreaterThanOrEqual(295);
    expect(await stack.link('web', 'store').state()).toMatchObject({ toxics: [{ attributes: { latency: 300 } }] });
    await attached.removeToxic('slow');
    await attached.removeToxic('slow');
    await attached.setEnabled(false);
    expect(await attached.probe()).toMatchObject({ ready: false, reason: expect.stringMatching(/refused/) as string });
    await attached.setEnabled(true);
    expect(await attached.probe()).toEqual({ ready: true });
  });

  it('is open again, undisturbed, after its proxy was killed and started', async () => {
    await using stack = await boot();
    const opened = stack.link('web', 'store');
    await opened.setToxic({ name: 'slow', type: 'latency', stream: 'downstream', attributes: { latency: 1 } });
    await stack.process('toxiproxy').kill();
    expect((await opened.probe()).ready).toBe(false);
    await expect(opened.state()).rejects.toMatchObject({ next: expect.stringContaining('quickbite status') as string });
    await stack.process('toxiproxy').start();
    expect(await opened.probe()).toEqual({ ready: true });
    expect((await opened.state()).toxics).toEqual([]);
  });

  it('needs no proxy when none is named', async () => {
    await using stack = await boot([]);
    expect(stack.processes.map(({ name }) => name)).toEqual(['store', 'web', 'other']);
    expect(() => stack.link('web', 'store')).toThrow('does not go through the proxy');
  });

  it.each([
    [{ from: 'web', to: 'nothing' }, 'There is no process "nothing".'],
    [{ from: 'store', to: 'web' }, 'There is no link from store to web: store does not call it.'],
  ])('%j is refused, with the links that there are', async (wrong, message) => {
    await expect(boot([wrong])).rejects.toMatchObject({ message, exitCode: 2 });
  });
});
