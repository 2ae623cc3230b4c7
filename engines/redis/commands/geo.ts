import { SortedSet } from '../keyspace/sorted-set.js';
import { CommandError, errors } from '../resp/command-error.js';
import { formatDouble } from '../resp/number-format.js';
import { NULL_ARRAY } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command, TWO_KEYS } from './command.js';
import type { Call, Command } from './command.js';
import { decodePosition, encodePosition, geohashText, parseUnit } from './geo-positions.js';
import type { Found } from './geo-search.js';
import { parseLocation, parseSearch, searchPositions } from './geo-search.js';
import { distanceInMetres } from './geo-positions.js';
import { OptionReader } from './option-reader.js';
import { storeSortedSet } from './sorted-set-ranges.js';

export const geoCommands: readonly Command[] = [
  command('geoadd', -5, 'write', add),
  command('geopos', -2, 'read', ({ db }, [, key, ...members]) => {
    const set = db.read(key, 'zset');
    return members.map((member) => {
      const score = set?.score(member);
      return score === undefined ? NULL_ARRAY : positionReply(score);
    });
  }),
  command('geohash', -2, 'read', ({ db }, [, key, ...members]) => {
    const set = db.read(key, 'zset');
    return members.map((member) => {
      const score = set?.score(member);
      return score === undefined ? null : geohashText(score);
    });
  }),
  command('geodist', -4, 'read', ({ db }, [, key, from, to, unit = 'm', ...rest]) => {
    if (rest.length > 0) throw errors.syntax();
    const metres = parseUnit(unit);
    const set = db.read(key, 'zset');
    const [a, b] = [set?.score(from), set?.score(to)];
    if (a === undefined || b === undefined) return null;
    return (distanceInMetres(decodePosition(a), decodePosition(b)) / metres).toFixed(4);
  }),
  command('geosearch', -7, 'read', ({ db }, args) => {
    const set = db.read(args[1], 'zset') ?? new SortedSet();
    const search = parseSearch(set, new OptionReader(args, 2), 'geosearch');
    return searchPositions(set, search).map((found) => foundReply(found, search));
  }),
  command(
    'geosearchstore',
    -7,
    'write',
    ({ db }, args) => {
      const set = db.find(args[2], 'zset') ?? new SortedSet();
      const search = parseSearch(set, new OptionReader(args, 3), 'geosearchstore');
      const found = searchPositions(set, search);
      const elements = found.map(({ member, score, distance }) => ({
        member,
        score: search.storeDistance ? distance : score,
      }));
      storeSortedSet(db, args[1], elements);
      return found.length;
    },
    { keys: TWO_KEYS },
  ),
];

function add({ db }: Call, args: readonly [string, string, string, string, string, ...string[]]): Reply {
  const options = new OptionReader(args, 2);
  const [onlyNew, onlyKnown, countChanged] = takeFlags(options);
  if (onlyNew && onlyKnown) throw new CommandError('ERR XX and NX options at the same time are not compatible');
  if (options.atEnd() || options.remaining % 3 !== 0) throw errors.syntax();
  const items: { member: string; score: number }[] = [];
  while (!options.atEnd()) {
    const position = parseLocation(options.word(), options.word());
    items.push({ score: encodePosition(position), member: options.word() });
  }
  let added = 0;
  let changed = 0;
  for (const { member, score } of items) {
    const current = db.find(args[1], 'zset')?.score(member);
    if (current === undefined ? onlyKnown : onlyNew) continue;
    db.collection(args[1], 'zset').set(member, score);
    if (current === undefined) added += 1;
    else if (current !== score) changed += 1;
  }
  if (added + changed > 0) db.touched(args[1]);
  return countChanged ? added + changed : added;
}

function takeFlags(options: OptionReader): [onlyNew: boolean, onlyKnown: boolean, countChanged: boolean] {
  const flags: [boolean, boolean, boolean] = [false, false, false];
  for (;;) {
    if (options.take('NX')) flags[0] = true;
    else if (options.take('XX')) flags[1] = true;
    else if (options.take('CH')) flags[2] = true;
    else return flags;
  }
}

function positionReply(score: number): Reply {
  const { longitude, latitude } = decodePosition(score);
  return [formatDouble(longitude), formatDouble(latitude)];
}

function foundReply(
  { member, score, distance }: Found,
  want: { readonly withDistance: boolean; readonly withHash: boolean; readonly withCoordinates: boolean },
): Reply {
  const details: Reply[] = [];
  if (want.withDistance) details.push(distance.toFixed(4));
  if (want.withHash) details.push(score);
  if (want.withCoordinates) details.push(positionReply(score));
  return details.length === 0 ? member : [member, ...details];
}
