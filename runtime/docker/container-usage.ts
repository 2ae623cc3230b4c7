import type { ContainerStats } from 'dockerode';
import type { Usage } from '../launchers/launcher.js';
import { statusOf, withEngine } from './engine.js';

/** What a container takes, as the engine counts it over a second; undefined when it does not run. */
export async function containerUsage(name: string, container: string): Promise<Usage | undefined> {
  return withEngine(`ask what ${name} takes`, async (engine) => {
    try {
      return usageIn(await engine.getContainer(container).stats({ stream: false }));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

/** Where there are two looks to compare. Files that were read and may be forgotten are not counted as memory, as in `docker stats`. */
function usageIn({ cpu_stats: cpu, precpu_stats: before, memory_stats: memory }: ContainerStats): Usage | undefined {
  // The types say that it is there; for a container that has ended it is not.
  const { usage, stats, limit } = memory as Partial<ContainerStats['memory_stats']>;
  if (usage === undefined) return undefined;
  const forgettable = stats?.inactive_file ?? stats?.total_inactive_file ?? 0;
  const took = cpu.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = cpu.system_cpu_usage - before.system_cpu_usage;
  return {
    cpuPercent: passed > 0 ? (took / passed) * cpu.online_cpus * 100 : 0,
    memoryBytes: usage - forgettable,
    limitBytes: limit,
  };
}
