import type { Topic } from '../../protocol/index.js';
import { correlationId } from '../correlation-id/scenario.js';

export const nodejs: Topic = { title: 'Node.js', scenarios: [correlationId] };
