import type { Topic } from '../../protocol/index.js';

export const orders: Topic = { title: 'Orders and payments', scenarios: [] };
