import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';

/** How positions are written, and which drivers count as there. */
export const driverKnobs = {
  'location.coalesce': knob(
    z.boolean(),
    true,
    'Keeps the newest position of each driver in memory and writes them together; off, each update is a write of its own, with history.',
  ),
  'location.flushMs': knob(
    z.int().min(10).max(60_000),
    1000,
    'ms that positions gather before they are written together: the oldest position that a search can see.',
  ),
  'location.historyIntervalMs': knob(
    z.int().min(0).max(3_600_000),
    10_000,
    'ms between two positions of the history, which keeps 100: at 10 s the last 17 minutes, at 30 s the last 50.',
  ),
  'availability.heartbeatMs': knob(
    z.int().min(0).max(86_400_000),
    120_000,
    'ms without a sign of life after which an available driver is offered no orders and found by no search; 0 for never.',
  ),
};
