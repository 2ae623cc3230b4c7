import { describe } from 'vitest';
import { redisBehaviours } from './redis-behaviours.test.js';
import { findNativeServer, startNative } from './server-process.test.js';

const binary = findNativeServer();

describe.skipIf(binary === undefined)('an installed Redis server', () => {
  redisBehaviours(() => startNative(binary ?? ''));
});
