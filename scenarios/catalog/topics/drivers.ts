import type { Topic } from '../../protocol/index.js';

export const drivers: Topic = { title: 'Drivers', scenarios: [] };
