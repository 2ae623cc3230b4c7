import type { Topic } from '../../protocol/index.js';
import { bulkhead } from '../bulkhead/scenario.js';
import { cascadingFailure } from '../cascading-failure/scenario.js';
import { circuitBreaker } from '../circuit-breaker/scenario.js';
import { gatewayDown } from '../gateway-down/scenario.js';
import { gracefulShutdown } from '../graceful-shutdown/scenario.js';
import { healthChecks } from '../health-checks/scenario.js';
import { partialResponse } from '../partial-response/scenario.js';
import { retryStorm } from '../retry-storm/scenario.js';
import { timeouts } from '../timeouts/scenario.js';

export const resilience: Topic = {
  title: 'Resilience',
  scenarios: [
    circuitBreaker,
    timeouts,
    partialResponse,
    gatewayDown,
    retryStorm,
    gracefulShutdown,
    healthChecks,
    bulkhead,
    cascadingFailure,
  ],
};
