import type { Topic } from '../../protocol/index.js';

export const messaging: Topic = { title: 'Messaging', scenarios: [] };
