import type { Topic } from '../../protocol/index.js';
import { correlationId } from '../correlation-id/scenario.js';
import { eventLoopBlock } from '../event-loop-block/scenario.js';
import { memoryLeak } from '../memory-leak/scenario.js';
import { poolExhaustion } from '../pool-exhaustion/scenario.js';

export const nodejs: Topic = {
  title: 'Node.js',
  scenarios: [eventLoopBlock, memoryLeak, poolExhaustion, correlationId],
};
