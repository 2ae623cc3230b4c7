import type { Topic } from '../../protocol/index.js';

export const nodejs: Topic = { title: 'Node.js', scenarios: [] };
