import { globMatcher } from '../keyspace/glob.js';
import { CommandError, errors } from '../resp/command-error.js';
import { formatDouble } from '../resp/number-format.js';
import type { Reply } from '../resp/reply.js';
import { command, NO_KEYS } from './command.js';
import type { Call, Command } from './command.js';
import { OptionReader } from './option-reader.js';
import { parseInteger } from './parse-numbers.js';

const DEFAULT_COUNT = 10;

export const scanCommands: readonly Command[] = [
  command('scan', -2, 'read', scan, { keys: NO_KEYS }),
  scanCollection('hscan', ({ db }, key) => [...(db.read(key, 'hash') ?? [])]),
  scanCollection('sscan', ({ db }, key) => [...(db.read(key, 'set') ?? [])].map((member) => [member])),
  scanCollection('zscan', ({ db }, key) =>
    [...(db.read(key, 'zset') ?? [])].map(({ member, score }) => [member, formatDouble(score)]),
  ),
];

interface ScanOptions {
  readonly matches: (text: string) => boolean;
  readonly count: number;
  readonly type: string | undefined;
}

function scan({ db, server }: Call, args: readonly [string, string, ...string[]]): Reply {
  const { matches, count, type } = parseOptions(args, 2, { allowType: true });
  const { page, cursor } = db.scan(parseCursor(args[1]), count);
  const found = page.filter(
    ({ key, value, expiresAt }) =>
      expiresAt > server.now && (type === undefined || value.type === type) && matches(key),
  );
  return [String(cursor), found.map(({ key }) => key)];
}

/** A collection is returned in one piece, whatever COUNT says: Redis does the same with small ones. */
function scanCollection(name: string, elements: (call: Call, key: string) => readonly (readonly string[])[]): Command {
  return command(name, -3, 'read', (call, args) => {
    parseCursor(args[2]);
    const { matches } = parseOptions(args, 3, { allowType: false });
    return [
      '0',
      elements(call, args[1])
        .filter(([first = '']) => matches(first))
        .flat(),
    ];
  });
}

function parseCursor(text: string): number {
  if (!/^-?\d{1,20}$/.test(text)) throw new CommandError('ERR invalid cursor');
  // A negative one wraps around to the end, as an unsigned number does.
  return text.startsWith('-') ? Infinity : Number(text);
}

function parseOptions(
  args: readonly string[],
  start: number,
  { allowType }: { readonly allowType: boolean },
): ScanOptions {
  const options = new OptionReader(args, start);
  let matches: ScanOptions['matches'] = () => true;
  let count = DEFAULT_COUNT;
  let type: string | undefined;
  while (!options.atEnd()) {
    const option = options.option();
    if (option === 'MATCH') matches = globMatcher(options.word());
    else if (option === 'COUNT') {
      count = parseInteger(options.word());
      if (count < 1) throw errors.syntax();
    } else if (option === 'TYPE' && allowType) type = options.word().toLowerCase();
    else throw errors.syntax();
  }
  return { matches, count, type };
}
