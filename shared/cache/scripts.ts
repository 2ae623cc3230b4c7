/**
 * The late-writer race: somebody reads the database, then somebody else writes it and deletes the copy, and only then does the
 * first one store what he read. The cache keeps the old value until it expires.
 *
 * Against it each invalidation puts a token, the fence, beside the key. A reader notes the fence before he loads, and the
 * copy is stored only if the fence is still the same. It is the idea of the leases in R. Nishtala et al., "Scaling Memcache at
 * Facebook", NSDI 2013, section 3.2.1, turned round: the writer leaves a mark, readers need no lease. The fence expires
 * by itself; a load that took longer than it lives is not stored at all.
 */
export const FENCE_MS = 30_000;

const HELD_VERSION = `
local function heldVersion(text)
  return tonumber(string.match(text, '^{"version":(%d+)')) or 0
end`;

/** Stores unless fence or version say that it is old. KEYS key, fence. ARGV guarded, fence seen, version, entry, ms to live. */
export const PUT = `${HELD_VERSION}
if ARGV[1] == '1' then
  if (redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then return 0 end
  local held = redis.call('GET', KEYS[1])
  if held and heldVersion(held) > tonumber(ARGV[3]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
return 1`;

/** Stores what was just written, and fences off readers who load. KEYS key, fence. ARGV guarded, token, version, entry, ms to live. */
export const RENEW = `${HELD_VERSION}
if ARGV[1] == '1' then
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ${FENCE_MS})
  local held = redis.call('GET', KEYS[1])
  if held and heldVersion(held) > tonumber(ARGV[3]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
return 1`;

/** Deletes a copy that is older than a version. KEYS key, fence. ARGV guarded, token, version. */
export const EVICT = `${HELD_VERSION}
if ARGV[1] == '1' then
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ${FENCE_MS})
  local held = redis.call('GET', KEYS[1])
  if held and heldVersion(held) >= tonumber(ARGV[3]) then return 0 end
end
return redis.call('UNLINK', KEYS[1])`;

/** Frees a lock, if it is still the caller's: after it expired it may be somebody else's. KEYS lock. ARGV token. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;
