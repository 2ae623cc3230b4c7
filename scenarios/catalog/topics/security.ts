import type { Topic } from '../../protocol/index.js';

export const security: Topic = { title: 'Rate limits and security', scenarios: [] };
