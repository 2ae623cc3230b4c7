import type { Command } from './command.js';

export const geoCommands: readonly Command[] = [];
