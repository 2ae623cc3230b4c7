import { breaker } from './breaker.js';
import { brokerDeliveries } from './broker-deliveries.js';
import { brokerRestart } from './broker-restart.js';
import { brokerThroughput } from './broker-throughput.js';
import { cacheAndDatabase } from './cache-and-database.js';
import { driverPool } from './driver-pool.js';
import { driverScores } from './driver-scores.js';
import { earlyRefresh } from './early-refresh.js';
import { eventLoop } from './event-loop.js';
import { limiterLibrary } from './limiter-library.js';
import { memory } from './memory.js';
import { mongoDocuments } from './mongo-documents.js';
import { mongoGeo } from './mongo-geo.js';
import { mongoRaces } from './mongo-races.js';
import { mongoWrites } from './mongo-writes.js';
import { nPlusOne } from './n-plus-one.js';
import type { Probe } from './probe.js';
import { redisExpiry } from './redis-expiry.js';
import { redisKeys } from './redis-keys.js';
import { redisLock } from './redis-lock.js';
import { tokens } from './tokens.js';
import { waiting } from './waiting.js';

/** All probes, those of one engine beside each other. */
export const probes: readonly Probe[] = [
  ...[eventLoop, memory, waiting, breaker, limiterLibrary, tokens, driverScores],
  ...[redisLock, redisKeys, redisExpiry, earlyRefresh, cacheAndDatabase],
  ...[driverPool, nPlusOne, mongoRaces, mongoGeo, mongoDocuments, mongoWrites],
  ...[brokerDeliveries, brokerThroughput, brokerRestart],
];
