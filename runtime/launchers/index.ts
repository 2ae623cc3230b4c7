export type { LaunchSpec, Launcher, ProcessEnd, ProcessRef, ProcessStatus } from './launcher.js';
export { findNativeServer } from './native-servers.js';
export type { FoundServer } from './native-servers.js';
export { signalGroup, waitUntilGone } from './process-groups.js';
export { isSameProcess, lookUpProcess } from './process-identity.js';
export { createProcessLauncher } from './process-launcher.js';
export { holdsSocket, listeningSockets } from './listening-sockets.js';
