import { ObjectId } from 'bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matcher } from './matcher.js';

const ids = ['6523f0a1b2c3d4e5f6a7b8c9', '6523f0a1b2c3d4e5f6a7b8ca'].map((hex) => new ObjectId(hex));
const simple = fc.constantFrom<unknown>(
  0,
  -0,
  1,
  1.5,
  '',
  '1',
  'x',
  true,
  false,
  null,
  ...ids,
  new Date(0),
  new Date(1),
);
const value = fc.oneof(
  simple,
  fc.array(simple, { maxLength: 2 }),
  fc.record({ b: simple }, { noNullPrototype: true }),
  fc.array(fc.record({ b: simple }, { noNullPrototype: true }), { maxLength: 2 }),
);
const doc = fc.record({ a: value }, { requiredKeys: [], noNullPrototype: true });

it('a list is matched as its values one by one are, wherever the path leads', () => {
  fc.assert(
    fc.property(
      doc,
      fc.array(fc.oneof(value, fc.constant(/^1/)), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('a', 'a.b', 'c'),
      (d, list, path) => {
        const either = matcher({ $or: list.map((one) => ({ [path]: one })) });
        expect(matcher({ [path]: { $in: list } })(d)).toBe(either(d));
      },
    ),
    { numRuns: 3000 },
  );
});
