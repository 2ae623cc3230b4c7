import type { Topic } from '../../protocol/index.js';

export const whole: Topic = { title: 'The whole', scenarios: [] };
