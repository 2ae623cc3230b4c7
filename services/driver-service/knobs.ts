import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';
import { historyKeepings } from './domain/driver-repository.js';
import { strategies } from './domain/rank-candidates.js';

/** How positions are written, which drivers count as there, and how orders are given to them. */
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
  'location.history': knob(
    z.enum(historyKeepings),
    'document',
    'Where past positions are kept: the last 100 in the document of the driver, all of them in it (growing), or one for each interval in a collection of their own, for a day.',
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
  'search.byIndex': knob(
    z.boolean(),
    true,
    'Finds the nearest drivers with the geospatial index; off, each search reads all available drivers and computes the distances itself.',
  ),
  'assignment.strategy': knob(
    z.enum(strategies),
    'nearest',
    'Who gets an order first: the nearest driver, or the best by distance, rating, deliveries of today and time to the restaurant (weighted); unscaled adds metres and stars as they are, and the metres decide.',
  ),
  'assignment.atomicClaim': knob(
    z.boolean(),
    true,
    'Takes a driver with one write that has "available" in its filter; off, it reads and then writes, and two orders may get one driver.',
  ),
  'assignment.autoAccept': knob(
    z.boolean(),
    true,
    'Accepts each order in the name of its driver, so that the lab needs no drivers who answer; off, they are offered it and must accept.',
  ),
  'assignment.acceptTimeoutMs': knob(
    z.int().min(100).max(600_000),
    30_000,
    'ms that a driver has to accept an offer, before it is withdrawn and goes to the next best.',
  ),
};
