import { stemmer } from 'stemmer';

/** Words that say the same in an answer about distributed systems. The first of a line stands for all of them. */
const SAME: readonly string[] = [
  'fail failure failing error crash break broken die dead down unavailable unhealthy outage',
  'immediate immediately instantly instant directly straight promptly quickly fast',
  'simultaneous simultaneously concurrently concurrent parallel',
  'reject refuse deny',
  'retry repeat resend redo reattempt',
  'database db mongodb mongo datastore',
  'copy value data',
  'item element row entry',
  'old stale outdated previous',
  'return serve answer respond reply response result give',
  'store save persist write keep insert put record',
  'create make generate produce build rebuild recompute',
  'call query request lookup',
  'service server backend upstream downstream dependency',
  'client customer user caller',
  'limit cap maximum max threshold',
  'count counter',
  'share shared common central centralised centralized',
  'instance replica node',
  'delete remove evict purge clear invalidate',
  'check verify validate',
  'probe trial test',
  'change update modify edit',
  'random randomise randomize jitter spread',
  'wait hang stuck',
  'expire expiry expiration ttl lifetime',
  'message event notification',
  'consumer subscriber listener handler',
  'duplicate twice double',
  'lock mutex semaphore',
  'percent percentage rate ratio proportion share',
  'first original initial',
  'recover recovery healthy heal',
  'resource socket connection thread',
  'prevent avoid stop protect',
  'unknown unclear uncertain',
  'allow let permit',
  'lose lost missing vanish disappear',
  'manual manually human person somebody people',
  'alert alarm monitor watch metric',
  'endless infinite forever indefinitely loop',
  'short small brief',
  'grow growing increase increasing exponential exponentially rise',
  'several multiple many',
  'under within during',
  'background async asynchronous asynchronously',
  'single one',
];

/** Several words that stand for one. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:do|does|did)(?: not|nt) know\b/g, 'unknown'],
  [/\bright away\b/g, 'immediately'],
  [/\bat (?:once|the same time|the same moment)\b/g, 'simultaneously'],
  [/\b(try|tries|tried|trying|send|sends|sent|sending) again\b/g, 'retry'],
  [/\btime to live\b/g, 'ttl'],
  [/\btime[ -]?outs?\b/g, 'timeout'],
  [/\bdead[ -]letters?\b/g, 'deadletter'],
  [/\bdlq\b/g, 'deadletter queue'],
  [/\bdlx\b/g, 'deadletter exchange'],
  [/\brate[ -]limit(s|er|ers|ing|ed)?\b/g, 'ratelimit'],
  [/\bnot (?:only|just)\b/g, 'also'],
  [/%/g, ' percent'],
];

const CANON = new Map(
  SAME.flatMap((line) => {
    const [first = '', ...others] = line.split(' ').map((word) => stemmer(word));
    return others.map((other) => [other, first] as const);
  }),
);

/** The stem of a word, or that of the word that stands for its like. */
export function meaningOf(word: string): string {
  const stem = stemmer(word);
  return CANON.get(stem) ?? stem;
}

/** Puts one word where several stand for it. @param text in lower case */
export const joinPhrases = (text: string): string =>
  PHRASES.reduce((changed, [several, one]) => changed.replace(several, one), text);
