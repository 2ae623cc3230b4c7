import { LRUCache } from 'lru-cache';
import { signIdentity } from '@quickbite/shared/identity';
import type { Caller } from './authenticate.js';

/** Callers whose identity is at hand. */
const MAX_CALLERS = 10_000;
/** A signed identity is good for a minute. It is used for half of that, so that what is passed on is good for a slow call. */
const USED_FOR_MS = 30_000;

/** Signs who a caller is, for the services. */
export type SignIdentity = (caller: Caller) => string;

/** Signs each caller's identity twice a minute instead of at each request. */
export function createSignIdentity(secret: string): SignIdentity {
  const signed = new LRUCache<string, string>({ max: MAX_CALLERS, ttl: USED_FOR_MS });
  return function signIdentityOnce(caller) {
    const { userId, role, token } = caller;
    const key = `${userId} ${role} ${token.id} ${token.expiresAt}`;
    const known = signed.get(key);
    if (known !== undefined) return known;
    const made = signIdentity(caller, secret);
    signed.set(key, made);
    return made;
  };
}
