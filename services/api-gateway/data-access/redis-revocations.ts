import type { Redis } from 'ioredis';
import type { Revocations } from '../domain/authenticate.js';

/** Reads the keys that user-service writes (docs/contracts.md): both in one MGET, bounded by the connection's timeout. */
export function createRedisRevocations(redis: Redis): Revocations {
  return {
    async find(tokenId, userId) {
      const [revoked, version] = await redis.mget(`auth:revoked:${tokenId}`, `auth:session-version:${userId}`);
      return { revoked: revoked !== null && revoked !== undefined, sessionVersion: Number(version ?? 0) };
    },
  };
}
