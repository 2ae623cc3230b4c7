import { collectParked } from '@quickbite/shared/events';
import type { Broker } from '@quickbite/shared/events';
import type { Logger } from '@quickbite/shared/logging';
import type { DeadLetters } from '../../domain/dead-letters.js';
import { EVENTS_QUEUE } from './events.js';

/** Keeps the messages that were parked where an admin can look at them. */
export function collectDeadLetters(options: {
  readonly broker: Broker;
  readonly letters: DeadLetters;
  readonly logger: Logger;
}): Promise<{ drain(): Promise<void> }> {
  const { broker, letters, logger } = options;
  return collectParked(broker, { queue: EVENTS_QUEUE, logger, keep: (message) => letters.keep(message) });
}
