export type { ChosenSource } from './engine-sources.js';
export { createLauncher } from './create-launcher.js';
export { chooseSource } from './engine-sources.js';
export type {
  Address,
  Inside,
  LaunchMode,
  LaunchSpec,
  Launcher,
  PlannedProcess,
  ProcessEnd,
  ProcessRef,
  ProcessStatus,
  Usage,
  Stray,
} from './launcher.js';
export { holdsSocket, listeningSockets } from './listening-sockets.js';
export { PortLostError } from './port-lost-error.js';
export { isSameProcess, lookUpProcess } from './process-identity.js';
export { createProcessLauncher } from './process-launcher.js';
