import type { Topic } from '../../protocol/index.js';

export const caching: Topic = { title: 'Caching', scenarios: [] };
