export type { BootEvent, BootOptions, StackProcess, StartedStack } from './stack.js';
