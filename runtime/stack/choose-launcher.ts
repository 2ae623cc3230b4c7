import type { EngineSource } from '../definitions/index.js';
import { askVersion, mayHaveEngine } from '../docker/index.js';
import { ExpectedError } from '../errors/index.js';
import type { ChosenSource, LaunchMode, Launcher, PlannedProcess } from '../launchers/index.js';
import { launcherOf } from './context.js';
import type { RuntimeContext } from './context.js';
import type { Instance } from './instances.js';

/** What a boot was told: a mode, or to choose one. */
export type AskedLauncher = LaunchMode | 'auto';

/** Who runs a stack, where its engines come from, and why. */
export interface ChosenLauncher {
  readonly launcher: Launcher;
  readonly sources: ReadonlyMap<string, ChosenSource>;
  /** Why it is this mode; undefined when it was asked for. */
  readonly why: string | undefined;
}

/**
 * What was asked for; on `auto` containers where an engine answers and has every image that is needed, processes otherwise.
 * @param engines where engines come from, where that was asked for
 * @throws ExpectedError when what was asked for is not to be had
 */
export async function chooseLauncher(
  asked: AskedLauncher,
  instances: readonly Instance[],
  engines: Readonly<Record<string, EngineSource>>,
  context: RuntimeContext,
): Promise<ChosenLauncher> {
  const inMode = async (mode: LaunchMode, why: string | undefined): Promise<ChosenLauncher> => {
    const launcher = launcherOf(mode, context);
    return { launcher, sources: await chooseSources(launcher, instances, engines), why };
  };
  if (asked !== 'auto') {
    if (asked === 'docker') await askVersion();
    return inMode(asked, undefined);
  }
  const why = await whyNotDocker();
  if (why !== undefined) return inMode('process', why);
  const docker = await inMode('docker', 'Docker answers and has the images');
  const missing = await docker.launcher.lacks(planned(instances, docker.sources));
  if (missing.length === 0) return docker;
  return inMode(
    'process',
    `Docker answers, but has not got ${String(missing.length)} of the images: "quickbite up --launcher docker" gets them`,
  );
}

/** The instances with where they come from, as a launcher wants them. */
export const planned = (
  instances: readonly Instance[],
  sources: ReadonlyMap<string, ChosenSource>,
): readonly PlannedProcess[] => instances.map(({ def }) => ({ def, source: sources.get(def.name)?.source }));

async function whyNotDocker(): Promise<string | undefined> {
  if (!mayHaveEngine()) return 'there is no Docker engine';
  try {
    await askVersion();
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return error.message.replace(/\.$/, '');
  }
}

/** Chooses for all engines among the instances, by name. */
async function chooseSources(
  launcher: Launcher,
  instances: readonly Instance[],
  asked: Readonly<Record<string, EngineSource>>,
): Promise<Map<string, ChosenSource>> {
  const engines = instances.flatMap(({ def }) => (def.kind === 'engine' ? [def] : []));
  return new Map(
    await Promise.all(
      engines.map(async (def) => [def.name, await launcher.chooseSource(def, asked[def.name])] as const),
    ),
  );
}
