import type { ProcessDef } from '../definitions/index.js';
import { toxiproxy } from '../definitions/index.js';
import { findNativeServer } from '../launchers/index.js';
import type { Launcher } from '../launchers/index.js';
import { createProxies } from '../links/index.js';
import { nameOfLink } from './choose-links.js';
import type { RuntimeContext } from './context.js';
import { environmentOf, HOST } from './placeholders.js';
import { dataDirOf, logFileOf } from './stack-paths.js';
import type { StackState } from './state-file.js';
import { findRecord, readState, updateProcess } from './state-file.js';
import { PortLostError, waitUntilReady } from './wait-until-ready.js';

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
  const server = def.kind === 'engine' && record.source === 'native' ? await findNativeServer(def) : undefined;
  const dataDir = dataDirOf(folder, def.name);
  const logFile = logFileOf(folder, def.name);
  const stack = { state: before, folder, catalogue: context.catalogue };
  const env = environmentOf(def, server?.env ?? {}, stack, { record, dataDir });
  signal.throwIfAborted();

  const launchedAt = new Date().toISOString();
  const intent = { wanted: 'running', launchedAt, pid: undefined, startedAt: undefined, readyMs: undefined } as const;
  updateProcess(folder, def.name, intent);
  const spec = { stackId: before.id, def, source: record.source, port: record.port, dataDir, logFile, env };
  const ref = await launcher.launch(spec);
  updateProcess(folder, def.name, { pid: ref.pid, startedAt: ref.startedAt });

  const launched = { def, ref, port: record.port, logFile, native: record.source === 'native' };
  const readyMs = await waitUntilReady(launcher, launched, { timeoutMs: context.readyTimeoutMs, signal });
  if (def.name === toxiproxy.name) await openLinks(before, record.port);
  updateProcess(folder, def.name, { readyMs });
  return readyMs;
}

/** A proxy remembers nothing: each start opens all links again, undisturbed. */
async function openLinks(state: StackState, proxyPort: number): Promise<void> {
  const proxies = state.links.map((link) => ({
    name: nameOfLink(link),
    listen: `${HOST}:${link.port}`,
    upstream: `${HOST}:${findRecord(state, link.to).port}`,
  }));
  const refused = await createProxies(`http://${HOST}:${proxyPort}`, proxies);
  if (refused === undefined) return;
  throw new PortLostError(`The proxy cannot listen for the links: ${refused}.`, {
    next: 'Another program took a port in between: try again.',
  });
}
