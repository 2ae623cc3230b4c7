import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerStats } from 'dockerode';
import type { Usage } from '../launchers/launcher.js';
import { statusOf, withEngine } from './engine.js';

const BETWEEN_LOOKS_MS = 1000;

/** What a container takes, over about a second; undefined when it does not run. */
export async function containerUsage(name: string, container: string): Promise<Usage | undefined> {
  return withEngine(`ask what ${name} takes`, async (engine) => {
    try {
      const look = (): Promise<ContainerStats> => engine.getContainer(container).stats({ stream: false });
      const first = await look();
      const taken = usageIn(first, first.precpu_stats);
      if (!taken || first.precpu_stats.system_cpu_usage) return taken;
      // Podman answers at once, with one look where Docker has two.
      await delay(BETWEEN_LOOKS_MS);
      return usageIn(await look(), first.cpu_stats);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

/** What the types say is always there; of a container that has ended, Docker leaves the figures empty, and Podman leaves them out. */
type Looked = Pick<ContainerStats, 'cpu_stats'> & { readonly memory_stats?: Partial<ContainerStats['memory_stats']> };

/** Files that were read and may be forgotten are not counted as memory, as in `docker stats`. */
function usageIn({ cpu_stats: cpu, memory_stats: memory }: Looked, before: ContainerStats['cpu_stats']) {
  if (memory?.usage === undefined) return undefined;
  const forgettable = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0;
  const took = cpu.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = cpu.system_cpu_usage - before.system_cpu_usage;
  return {
    cpuPercent: passed > 0 ? (took / passed) * cpu.online_cpus * 100 : 0,
    memoryBytes: memory.usage - forgettable,
    limitBytes: memory.limit,
  };
}
