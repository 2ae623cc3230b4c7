import type { Topic } from '../../protocol/index.js';
import { correlationId } from '../correlation-id/scenario.js';
import { eventLoopBlock } from '../event-loop-block/scenario.js';

export const nodejs: Topic = { title: 'Node.js', scenarios: [eventLoopBlock, correlationId] };
