import type { Topic } from '../../protocol/index.js';
import { rateLimitFlood } from '../rate-limit-flood/scenario.js';

export const security: Topic = { title: 'Rate limits and security', scenarios: [rateLimitFlood] };
