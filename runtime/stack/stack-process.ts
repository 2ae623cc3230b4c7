import { ExpectedError } from '../errors/index.js';
import type { ProcessDef } from '../definitions/index.js';
import type { ProcessRef } from '../launchers/index.js';
import { probe } from '../probes/index.js';
import { launchProcess } from './launch-process.js';
import type { LaunchSite } from './launch-process.js';
import { urlOf } from './placeholders.js';
import { dataDirOf, logFileOf } from './stack-paths.js';
import type { StackProcess } from './stack.js';
import type { ProcessRecord } from './state-file.js';
import { findRecord, readState, refOf, updateProcess } from './state-file.js';

/** Longer than a service gives its requests (10 s) after its notice: who is asked to finish must be let. */
const STOP_GRACE_MS = 15_000;
const PROBE_TIMEOUT_MS = 2000;
const NEVER = new AbortController().signal;

/** The handle of one process, read from the state file at each use: another command may have restarted it. */
export function createStackProcess(site: LaunchSite, def: ProcessDef, known: ProcessRecord): StackProcess {
  const { folder, launcher } = site;
  const host = launcher.outside;
  let record = known;
  const refresh = (): ProcessRecord => {
    const state = readState(folder);
    if (state) record = findRecord(state, def.name);
    return record;
  };
  const ref = (): ProcessRef => {
    const found = refOf(refresh());
    if (found) return found;
    throw new ExpectedError(`${def.name} has no process: its launch was cut short.`, {
      next: `Take the stack down with "quickbite down" and boot it again.`,
    });
  };
  return {
    name: def.name,
    kind: def.kind,
    source: known.source,
    host,
    port: known.port,
    url: urlOf(def, { host, port: known.port }),
    log: launcher.log({ name: def.name, folder, logFile: logFileOf(folder, def.name), container: known.container }),
    dataDir: dataDirOf(folder, def.name),
    get pid() {
      return ref().pid;
    },
    get launchedAt() {
      const { launchedAt } = refresh();
      return launchedAt === undefined ? undefined : Date.parse(launchedAt);
    },
    async status() {
      const found = refOf(refresh());
      return found ? launcher.status(found) : 'exited';
    },
    probe: (options) =>
      probe(def.readiness, { host, port: known.port, timeoutMs: options?.timeoutMs ?? PROBE_TIMEOUT_MS }),
    async pause() {
      await launcher.pause(ref());
      updateProcess(folder, def.name, { wanted: 'paused' });
    },
    async resume() {
      await launcher.resume(ref());
      updateProcess(folder, def.name, { wanted: 'running' });
    },
    isolate: () => launcher.isolate(ref()),
    rejoin: () => launcher.rejoin(ref()),
    isIsolated: () => launcher.isIsolated(ref()),
    async kill() {
      await launcher.kill(ref());
      updateProcess(folder, def.name, { wanted: 'stopped' });
    },
    async stop() {
      await launcher.stop(ref(), { graceMs: STOP_GRACE_MS });
      updateProcess(folder, def.name, { wanted: 'stopped' });
    },
    async start(options) {
      if ((await this.status()) !== 'exited') {
        throw new ExpectedError(`${def.name} cannot be started: it is running (pid ${ref().pid}).`, {
          next: 'Stop it first, or see what is up with "quickbite status".',
        });
      }
      await launchProcess(site, def, options?.signal ?? NEVER);
    },
  };
}
