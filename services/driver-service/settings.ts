import type { Knobs } from '@quickbite/shared/knobs';
import type { AssignmentSettings } from './domain/assign-driver.js';
import type { LocationSettings } from './domain/location-recorder.js';
import type { driverKnobs } from './knobs.js';

/** How orders are given to drivers, by the knobs as they are now. */
export function assignmentSettings(knobs: Knobs<typeof driverKnobs>): AssignmentSettings {
  return {
    strategy: knobs.get('assignment.strategy'),
    atomicClaim: knobs.get('assignment.atomicClaim'),
    autoAccept: knobs.get('assignment.autoAccept'),
    acceptTimeoutMs: knobs.get('assignment.acceptTimeoutMs'),
    heartbeatMs: knobs.get('availability.heartbeatMs'),
  };
}

/** How positions are written, by the knobs as they are now. */
export function locationSettings(knobs: Knobs<typeof driverKnobs>): LocationSettings {
  return {
    coalesce: knobs.get('location.coalesce'),
    flushMs: knobs.get('location.flushMs'),
    historyIntervalMs: knobs.get('location.historyIntervalMs'),
  };
}
