/** The commands that Redis refuses when memory is full and nothing can be evicted: those that can make data grow. */
const GROWING = new Set([
  ...[
    'set',
    'setnx',
    'setex',
    'psetex',
    'getset',
    'mset',
    'msetnx',
    'append',
    'setrange',
    'setbit',
    'bitop',
    'bitfield',
  ],
  ...['incr', 'decr', 'incrby', 'decrby', 'incrbyfloat', 'copy', 'sort'],
  ...['hset', 'hmset', 'hsetnx', 'hincrby', 'hincrbyfloat'],
  ...['lpush', 'rpush', 'lpushx', 'rpushx', 'linsert', 'lset', 'lmove', 'rpoplpush', 'blmove', 'brpoplpush'],
  ...['sadd', 'sinterstore', 'sunionstore', 'sdiffstore'],
  ...['zadd', 'zincrby', 'zrangestore', 'zinterstore', 'zunionstore', 'zdiffstore', 'geoadd', 'geosearchstore'],
]);

/** Whether the command may make data grow. */
export function growsMemory(name: string): boolean {
  return GROWING.has(name);
}
