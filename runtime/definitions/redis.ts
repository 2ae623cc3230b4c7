import type { EngineDef } from './definition.js';

// `--save ""`: what the lab keeps in Redis (caches, counters, live locations) may be lost, as in most production caches.
const args = ['--port', '{self.port}', '--dir', '{self.dataDir}', '--save', '', '--bind', '127.0.0.1'];

/** Caches, rate limit counters, live locations. */
export const redis: EngineDef = {
  kind: 'engine',
  name: 'redis',
  summary: 'Redis: caches, rate limit counters, live locations',
  port: 6379,
  dependsOn: [],
  readiness: { type: 'redis-ping' },
  env: {},
  embedded: {
    entry: 'engines/dist/redis/main.js',
    args: ['--host', '{self.bind}', '--port', '{self.port}', '--data', '{self.dataDir}'],
  },
  native: [
    { binary: 'redis-server', args, env: {} },
    { binary: 'valkey-server', args, env: {} },
  ],
  image: {
    name: 'redis:7.2-alpine',
    setting: 'QUICKBITE_IMAGE_REDIS',
    command: ['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--save', ''],
  },
};
