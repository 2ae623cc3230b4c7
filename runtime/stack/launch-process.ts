import type { ProcessDef } from '../definitions/index.js';
import { findNativeServer } from '../launchers/index.js';
import type { Launcher } from '../launchers/index.js';
import type { RuntimeContext } from './context.js';
import { environmentOf } from './placeholders.js';
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

  const launched = { def, ref, port: record.port, logFile };
  const readyMs = await waitUntilReady(launcher, launched, { timeoutMs: context.readyTimeoutMs, signal });
  updateProcess(folder, def.name, { readyMs });
  return readyMs;
}
