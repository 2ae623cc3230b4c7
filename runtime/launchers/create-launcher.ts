import { createDockerLauncher } from './docker-launcher.js';
import type { LaunchMode, Launcher } from './launcher.js';
import { createProcessLauncher } from './process-launcher.js';

/** Where a launcher finds what it runs. */
interface Place {
  /** The repository's root. */
  readonly root: string;
}

const makers: Readonly<Record<LaunchMode, (place: Place) => Launcher>> = {
  process: createProcessLauncher,
  docker: createDockerLauncher,
};

/** The launcher of a mode. */
export const createLauncher = (mode: LaunchMode, place: Place): Launcher => makers[mode](place);
