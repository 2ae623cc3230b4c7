import type { DataTypes } from '../keyspace/values.js';
import { CommandError, errors } from '../resp/command-error.js';
import { Double } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { notNegative, parseFloatStrictly, parseInteger } from './parse-numbers.js';
import { storeSortedSet } from './sorted-set-ranges.js';

type Operation = 'union' | 'inter' | 'diff';
type Scores = Map<string, number>;

export const sortedSetCombinationCommands: readonly Command[] = [
  ...(['union', 'inter', 'diff'] as const).flatMap((operation) => [
    command(
      `z${operation}`,
      -3,
      'read',
      (call, args) => {
        const { scores, withScores } = combine(call, `z${operation}`, operation, args, 1);
        const ordered = [...scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
        return ordered.flatMap<Reply>(([member, score]) => (withScores ? [member, new Double(score)] : [member]));
      },
      { keys: [2, -1, 1] },
    ),
    command(
      `z${operation}store`,
      -4,
      'write',
      (call, args) => {
        const { scores } = combine(call, `z${operation}store`, operation, args, 2);
        storeSortedSet(
          call.db,
          args[1],
          [...scores].map(([member, score]) => ({ member, score })),
        );
        return scores.size;
      },
      { keys: [1, -1, 1] },
    ),
  ]),
  command('zintercard', -3, 'read', intersectionSize, { keys: [2, -1, 1] }),
];

function intersectionSize(call: Call, args: readonly [string, string, string, ...string[]]): Reply {
  const options = new OptionReader(args, 1);
  const sources = readSources(call, 'zintercard', options);
  const limit = options.take('LIMIT') ? notNegative(options.word(), 'LIMIT') : 0;
  if (!options.atEnd()) throw errors.syntax();
  const { size } = merge('inter', sources, 'SUM');
  return limit > 0 ? Math.min(size, limit) : size;
}

function readSources(call: Call, name: string, options: OptionReader): Scores[] {
  const count = parseInteger(options.word());
  if (count < 1) throw new CommandError(`ERR at least 1 input key is needed for '${name}' command`);
  if (count > options.remaining) throw errors.syntax();
  return options.words(count).map((key) => readScores(call, key));
}

function combine(
  call: Call,
  name: string,
  operation: Operation,
  args: readonly string[],
  start: number,
): { scores: Scores; withScores: boolean } {
  const options = new OptionReader(args, start);
  const sources = readSources(call, name, options);
  let weights: number[] = sources.map(() => 1);
  let aggregate = 'SUM';
  let withScores = false;
  while (!options.atEnd()) {
    const option = options.option();
    if (option === 'WEIGHTS' && operation !== 'diff') {
      weights = options
        .words(sources.length)
        .map((word) => parseFloatStrictly(word, () => new CommandError('ERR weight value is not a float')));
    } else if (option === 'AGGREGATE' && operation !== 'diff') {
      aggregate = options.option();
      if (!['SUM', 'MIN', 'MAX'].includes(aggregate)) throw errors.syntax();
    } else if (option === 'WITHSCORES' && start === 1) {
      withScores = true;
    } else {
      throw errors.syntax();
    }
  }
  const weighted = sources.map((source, index) => weigh(source, weights[index] ?? 1));
  return { scores: merge(operation, weighted, aggregate), withScores };
}

function merge(operation: Operation, [first = new Map(), ...rest]: readonly Scores[], aggregate: string): Scores {
  const result: Scores = new Map(first);
  for (const other of rest) {
    if (operation === 'diff') {
      for (const member of other.keys()) result.delete(member);
      continue;
    }
    for (const [member, score] of other) {
      const current = result.get(member);
      if (current !== undefined) result.set(member, aggregated(aggregate, current, score));
      else if (operation === 'union') result.set(member, score);
    }
    if (operation === 'inter') for (const member of result.keys()) if (!other.has(member)) result.delete(member);
  }
  return result;
}

function aggregated(aggregate: string, a: number, b: number): number {
  if (aggregate === 'MIN') return Math.min(a, b);
  if (aggregate === 'MAX') return Math.max(a, b);
  // Plus and minus infinity add up to 0 here, as in Redis.
  return Number.isNaN(a + b) ? 0 : a + b;
}

function weigh(source: Scores, weight: number): Scores {
  if (weight === 1) return source;
  return new Map([...source].map(([member, score]) => [member, Number.isNaN(score * weight) ? 0 : score * weight]));
}

/** Plain sets count as sorted sets whose scores are all 1. */
function readScores({ db }: Call, key: string): Scores {
  const value = db.entry(key)?.value;
  if (value === undefined) return new Map();
  if (value.type === 'zset') return scoresOf(value.data);
  if (value.type === 'set') return new Map([...value.data].map((member) => [member, 1]));
  throw errors.wrongType();
}

function scoresOf(set: DataTypes['zset']): Scores {
  return new Map([...set].map(({ member, score }) => [member, score]));
}
