import type { ProcessDef } from '../definitions/index.js';
import { toxiproxy } from '../definitions/index.js';
import { PortLostError } from '../launchers/index.js';
import type { Launcher } from '../launchers/index.js';
import { createProxies } from '../links/index.js';
import { nameOfLink } from './choose-links.js';
import type { RuntimeContext } from './context.js';
import { addressOf, environmentOf } from './placeholders.js';
import { dataDirOf, logFileOf } from './stack-paths.js';
import { findRecord, readState, updateProcess } from './state-file.js';
import { waitUntilReady } from './wait-until-ready.js';

/** The stack that a process is launched into. */
export interface LaunchSite {
  readonly folder: string;
  readonly launcher: Launcher;
  readonly context: RuntimeContext;
}

/**
 * Launches one process of a stack on the port that the state file names, and waits until it is ready. The state file
 * learns of the intention before, of the pid right after: whatever happens to the caller, the process can be found.
 * @returns the time until it was ready, in ms
 */
export async function launchProcess(site: LaunchSite, def: ProcessDef, signal: AbortSignal): Promise<number> {
  const { folder, launcher, context } = site;
  const before = readState(folder);
  if (!before) throw new Error(`no state in ${folder}`);
  const record = findRecord(before, def.name);
  const server =
    def.kind === 'engine' && record.source === 'native'
      ? (await launcher.chooseSource(def, 'native')).server
      : undefined;
  const dataDir = dataDirOf(folder, def.name);
  const logFile = logFileOf(folder, def.name);
  const stack = { state: before, catalogue: context.catalogue, inside: launcher.inside };
  const adopted = before.adopted && record.container;
  const env = adopted === undefined ? environmentOf(def, server?.env ?? {}, stack, { record, dataDir }) : {};
  signal.throwIfAborted();

  const launchedAt = new Date().toISOString();
  const unknown = { pid: undefined, startedAt: undefined, container: undefined } as const;
  updateProcess(folder, def.name, {
    wanted: 'running',
    launchedAt,
    readyMs: undefined,
    ...(adopted === undefined && unknown),
  });
  const isProxy = def.name === toxiproxy.name;
  const linkPorts = isProxy ? before.links.map(({ port }) => port) : [];
  const { source, port } = record;
  const spec = { stackId: before.id, folder, def, source, port, linkPorts, dataDir, logFile, env, container: adopted };
  const ref = await launcher.launch(spec);
  updateProcess(folder, def.name, { pid: ref.pid, startedAt: ref.startedAt, container: ref.container });

  const timeoutMs = context.readyTimeoutMs * launcher.patience;
  const readyMs = await waitUntilReady(launcher, { spec, ref }, { timeoutMs, signal });
  if (isProxy) await openLinks(stack, `http://${launcher.outside}:${port}`);
  updateProcess(folder, def.name, { readyMs });
  return readyMs;
}

/** A proxy remembers nothing: each start opens all links again, undisturbed. */
async function openLinks(stack: Parameters<typeof environmentOf>[2], api: string): Promise<void> {
  const { state, inside } = stack;
  const proxies = state.links.map((link) => {
    const { host, port } = addressOf(stack, findRecord(state, link.to));
    return { name: nameOfLink(link), listen: `${inside.bind}:${link.port}`, upstream: `${host}:${port}` };
  });
  const refused = await createProxies(api, proxies);
  if (refused === undefined) return;
  throw new PortLostError(`The proxy cannot listen for the links: ${refused}.`, {
    next: 'Another program took a port in between: try again.',
  });
}
