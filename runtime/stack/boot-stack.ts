import { ExpectedError } from '../errors/index.js';
import type { ProcessDef } from '../definitions/index.js';
import { PortLostError } from '../launchers/index.js';
import { chooseLauncher, planned } from './choose-launcher.js';
import { chooseLinks, proxyFor } from './choose-links.js';
import { claimStack } from './claim-stack.js';
import type { StackClaim } from './claim-stack.js';
import { defaultContext } from './context.js';
import type { RuntimeContext } from './context.js';
import { inOrder, unknownProcess, withDependencies } from './dependency-graph.js';
import { withInstances } from './instances.js';
import type { Instance } from './instances.js';
import { launchProcess } from './launch-process.js';
import type { LaunchSite } from './launch-process.js';
import { definitionsOf } from './recorded-definitions.js';
import { DEFAULT_STACK, parseStackId } from './stack-id.js';
import type { BootOptions, StartedStack } from './stack.js';
import { createStartedStack } from './started-stack.js';
import { inStateHome, stackFolder } from './state-home.js';
import { readState, updateState } from './state-file.js';
import { takeDown } from './take-down.js';

/** How often ports are planned when a program outside of this state home takes one in between. */
const ATTEMPTS = 3;

/**
 * Boots a stack: every process as soon as what it depends on is ready. Resolves when all are ready.
 * @throws ExpectedError when an option is wrong, the stack is already up, a port that was asked for is taken, or a process
 * does not become ready; the abort reason when the signal aborts. Whatever had been started is taken down before.
 */
export async function bootStack(
  options: BootOptions,
  context: RuntimeContext = defaultContext(),
): Promise<StartedStack> {
  return inStateHome(context.home, () => boot(options, context));
}

async function boot(options: BootOptions, context: RuntimeContext): Promise<StartedStack> {
  const id = parseStackId(options.id ?? DEFAULT_STACK);
  const { ports = {}, engines = {}, env = {}, lifetime } = options;
  const defs = withDependencies(context.catalogue, options.services);
  const chosen = withInstances(defs, options.instances ?? {});
  const links = chooseLinks(options.links ?? [], chosen);
  const proxies = proxyFor(links, context.catalogue).filter((def) => !defs.includes(def));
  const instances = [...withInstances(proxies, {}), ...chosen];
  checkNames(context.catalogue, instances, { ports, engines, env });
  const { launcher, sources, why } = await chooseLauncher(options.launcher ?? 'process', instances, engines, context);
  options.onProgress?.({ type: 'launcher', mode: launcher.mode, why });
  options.signal?.throwIfAborted();
  await launcher.prepare(planned(instances, sources), {
    signal: options.signal,
    onProgress: (thing, what) => options.onProgress?.({ type: 'preparing', thing, what }),
  });

  const claim = { id, launcher, instances, links, env, sources, ports, lifetime };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bootOnce(claim, options, context);
    } catch (error) {
      if (!(error instanceof PortLostError) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function bootOnce(claim: StackClaim, options: BootOptions, context: RuntimeContext): Promise<StartedStack> {
  const { id, launcher } = claim;
  const state = await claimStack(claim, context);
  const site = { folder: stackFolder(context.home, id), launcher, context };
  options.onProgress?.({
    type: 'planned',
    processes: state.processes.map(({ name, port, source, movedFrom }) => ({ name, port, source, movedFrom })),
  });
  try {
    await launchAll(site, definitionsOf(state, context.catalogue), options);
    const up = updateState(site.folder, (current) => ({ ...current, phase: 'up' }));
    return createStartedStack(site, up, { owned: true });
  } catch (error) {
    await takeDown(site.folder, readState(site.folder), context);
    throw error;
  }
}

async function launchAll(site: LaunchSite, defs: readonly ProcessDef[], options: BootOptions): Promise<void> {
  // One failure stops the waiting for all others, so that nothing is launched while the rest is taken down.
  const failed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal;
  let reason: unknown;
  await inOrder(
    defs,
    (def) => def.dependsOn,
    async (def) => {
      try {
        signal.throwIfAborted();
        options.onProgress?.({ type: 'starting', name: def.name });
        const ms = await launchProcess(site, def, signal);
        options.onProgress?.({ type: 'ready', name: def.name, ms });
      } catch (error) {
        reason ??= error;
        failed.abort(error);
        throw reason;
      }
    },
  );
}

/** A port or an engine may be chosen for what this stack lacks; an environment that nothing gets is a mistake. */
function checkNames(
  catalogue: readonly ProcessDef[],
  instances: readonly Instance[],
  { ports, engines, env }: Required<Pick<BootOptions, 'ports' | 'engines' | 'env'>>,
): void {
  const present = instances.map(({ def }) => def);
  for (const name of Object.keys(env)) {
    if (!present.some((def) => def.name === name)) throw unknownProcess(name, present);
  }
  for (const [name, port] of Object.entries(ports)) {
    if (![...catalogue, ...present].some((def) => def.name === name)) throw unknownProcess(name, catalogue);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new ExpectedError(`The port of ${name} must be a whole number from 1 to 65535, not ${port}.`, {
        next: `For example "--port ${name}=4000".`,
        exitCode: 2,
      });
    }
  }
  const known = catalogue.filter((def) => def.kind === 'engine');
  for (const name of Object.keys(engines))
    if (!known.some((def) => def.name === name)) throw unknownProcess(name, known);
}
