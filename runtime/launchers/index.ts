export type { LaunchSpec, Launcher, ProcessRef, ProcessStatus } from './launcher.js';
