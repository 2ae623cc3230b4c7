import { CommandError } from '../resp/command-error.js';

const EVICTION_POLICIES = [
  ...['volatile-lru', 'volatile-random', 'volatile-ttl'],
  ...['allkeys-lru', 'allkeys-random', 'noeviction'],
] as const;

type EvictionPolicy = (typeof EVICTION_POLICIES)[number];

const UNITS: Readonly<Record<string, number>> = {
  ...{ '': 1, b: 1, k: 1000, kb: 1024, m: 1000 ** 2, mb: 1024 ** 2, g: 1000 ** 3, gb: 1024 ** 3 },
};

/** What CONFIG SET can change while the server runs. */
export class Settings {
  /** Bytes of data from which keys are evicted or writes refused; 0 for no limit. */
  maxmemory = 0;
  policy: EvictionPolicy = 'noeviction';
  /** How many keys are looked at to find one to evict. */
  samples = 5;
  /** Which keyspace events are published, as letters: `K` and `E` where, `x` (expired) and `e` (evicted) what. */
  events = '';

  /** Every setting with its value as CONFIG GET shows it. */
  entries(): [string, string][] {
    return [
      ['maxmemory', String(this.maxmemory)],
      ['maxmemory-policy', this.policy],
      ['maxmemory-samples', String(this.samples)],
      ['notify-keyspace-events', this.events],
    ];
  }

  /** Checks a value and gives what applies it; undefined for a name that is no setting. Throws what is wrong with the value. */
  prepare(name: string, text: string): (() => void) | undefined {
    switch (name) {
      case 'maxmemory': {
        const bytes = parseMemory(text);
        return () => (this.maxmemory = bytes);
      }
      case 'maxmemory-policy': {
        const policy = EVICTION_POLICIES.find((known) => known === text.toLowerCase());
        if (!policy)
          throw new CommandError(`argument(s) must be one of the following: ${EVICTION_POLICIES.join(', ')}`);
        return () => (this.policy = policy);
      }
      case 'maxmemory-samples': {
        const samples = /^\d{1,10}$/.test(text) ? Number(text) : 0;
        if (samples < 1 || samples > 2 ** 31 - 1)
          throw new CommandError('argument must be between 1 and 2147483647 inclusive');
        return () => (this.samples = samples);
      }
      case 'notify-keyspace-events': {
        if (!/^[xeKE]*$/.test(text)) throw new CommandError("Invalid event class character. Use 'xeKE'.");
        // In the order in which Redis shows them.
        const events = ['x', 'e', 'K', 'E'].filter((letter) => text.includes(letter)).join('');
        return () => (this.events = events);
      }
      default:
        return undefined;
    }
  }
}

function parseMemory(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,15})([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (digits === '' || factor === undefined) throw new CommandError('argument must be a memory value');
  return Number(digits) * factor;
}
