import type { Random } from '../testing/seeded-random.js';

const KEYS = ['s', 'l', 'h', 'set', 'z', 'bits', '{tag}', ''] as const;
const NUMBERS = ['0', '1', '-1', '7', '3.5', '9223372036854775807', 'inf', 'nan', '1e300'] as const;

/** The words of commands that a client would send, with `K` for a key, `N` for a number and `V` for any bytes. */
const COMMANDS = [
  ...['SET K V EX N', 'SET K V NX GET', 'GET K', 'APPEND K V', 'SETRANGE K 7 V', 'GETRANGE K N N', 'INCRBY K N'],
  ...['MSET K V K V', 'MGET K K', 'SETBIT K 7 1', 'BITCOUNT K N N', 'BITOP XOR K K K', 'BITPOS K 1 N'],
  ...['HSET K V V', 'HGETALL K', 'HINCRBYFLOAT K V N', 'HSCAN K 0 MATCH V', 'HRANDFIELD K 3 WITHVALUES'],
  ...[
    'LPUSH K V V',
    'LRANGE K N N',
    'LPOS K V RANK N',
    'LMOVE K K LEFT RIGHT',
    'LMPOP 2 K K LEFT COUNT N',
    'LTRIM K N N',
  ],
  ...['SADD K V V', 'SINTER K K', 'SPOP K N', 'SSCAN K 0', 'SORT K BY V ALPHA LIMIT N N'],
  ...[
    'ZADD K N V N V',
    'ZRANGE K N N BYSCORE',
    'ZRANGEBYLEX K [V (V',
    'ZUNIONSTORE K 2 K K WEIGHTS N N',
    'ZMPOP 1 K MIN',
  ],
  ...['GEOADD K N N V', 'GEOSEARCH K FROMLONLAT N N BYRADIUS N km ASC', 'SCAN N MATCH V COUNT 5 TYPE hash', 'KEYS V'],
  ...['EXPIRE K N NX', 'PTTL K', 'RENAME K K', 'COPY K K REPLACE', 'DEL K', 'OBJECT ENCODING K', 'MEMORY USAGE K'],
  ...['MULTI', 'EXEC', 'WATCH K', 'DISCARD', 'SUBSCRIBE V', 'PSUBSCRIBE V', 'PUBLISH V V', 'UNSUBSCRIBE', 'RESET'],
  ...['BLPOP K 0.01', 'BZPOPMIN K 0.01', 'HELLO 3', 'HELLO 2 SETNAME V', 'CLIENT LIST', 'CLIENT SETNAME V', 'INFO'],
  ...['CONFIG GET V', 'COMMAND', 'COMMAND DOCS', 'PING V', 'SELECT 1', 'TIME', 'MONITOR'],
] as const;

const SCRIPTS = [
  "return redis.call('GET', KEYS[1])",
  'return {KEYS[1], ARGV[1], {1, 2.5, false}, cjson.encode({a = 1})}',
  "redis.call('ZADD', KEYS[1], 1, ARGV[1]) return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')",
  'local t = {} for i = 1, 10 do t[i] = string.rep(ARGV[1], i) end return t',
  "return redis.pcall('NOSUCH', ARGV[1])",
] as const;

function request(words: readonly string[]): Buffer {
  const bulks = words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${bulks.join('')}`, 'latin1');
}

/** A request as a client would send it, another one each time. */
export function requestFrame(random: Random): Buffer {
  const value = () => random.bytes(random.below(40)).toString('latin1');
  if (random.chance(0.15)) return request(['EVAL', random.pick(SCRIPTS), '1', random.pick(KEYS), value()]);
  const words = random.pick(COMMANDS).split(' ');
  const filled = words.map((word) => {
    if (word === 'K') return random.pick(KEYS);
    if (word === 'N') return random.pick(NUMBERS);
    return word.replace('V', value);
  });
  return random.chance(0.1) ? Buffer.from(`${filled.join(' ')}\r\n`, 'latin1') : request(filled);
}
