import { describe, expect } from 'vitest';
import { readExplanation } from './explained.test.js';
import { manual, type Fixture } from './fixture.test.js';

/** Text indexes, `$text` and scores. */
export function textBehaviours({ c, db, index }: Fixture): void {
  const places = async (options: { weights?: object; default_language?: string } = {}) => {
    await index({ name: 'text', description: 'text' }, options);
    await c().insertMany([
      { _id: 1, name: 'Pizza Palace', description: 'The best of Naples' },
      { _id: 2, name: 'Curry Corner', description: 'Also serves pizza and naan' },
      { _id: 3, name: 'Café Sushi', description: 'Fresh fish' },
    ]);
  };
  const search = async ($search: string, options: object = {}) =>
    (
      await c()
        .find({ $text: { $search, ...options } })
        .sort({ _id: 1 })
        .toArray()
    ).map(({ _id }) => _id);

  describe('text search', () => {
    manual('reference/operator/query/text', 'finds any of the words, whatever their case and accents', async () => {
      await places();
      expect(await search('PIZZA')).toEqual([1, 2]);
      expect(await search('pizza cafe')).toEqual([1, 2, 3]);
      expect(await search('burger')).toEqual([]);
    });
    manual('reference/operator/query/text#stemmed-words', 'finds other forms of a word', async () => {
      await places();
      expect(await search('pizzas')).toEqual([1, 2]);
      expect(await search('serving')).toEqual([2]);
      expect(await search('fishes')).toEqual([3]);
    });
    manual('reference/operator/query/text', 'passes over words that say nothing', async () => {
      await places();
      expect(await search('the')).toEqual([]);
      expect(await search('and the fish')).toEqual([3]);
    });
    manual('reference/operator/query/text', 'leaves out documents with a negated word', async () => {
      await places();
      expect(await search('pizza -curry')).toEqual([1]);
    });
    manual('reference/operator/query/text#phrases', 'finds phrases', async () => {
      await places();
      expect(await search('"pizza and naan"')).toEqual([2]);
      expect(await search('"naan and pizza"')).toEqual([]);
    });
    manual('reference/operator/query/text#case-sensitivity', 'can tell case and accents apart', async () => {
      await places();
      expect(await search('Pizza', { $caseSensitive: true })).toEqual([1]);
      expect(await search('cafe', { $diacriticSensitive: true })).toEqual([]);
      expect(await search('café', { $diacriticSensitive: true })).toEqual([3]);
    });
    manual('reference/text-search-languages', 'in the language none neither stems nor passes over words', async () => {
      await places({ default_language: 'none' });
      expect(await search('the')).toEqual([1]);
      expect(await search('pizzas')).toEqual([]);
    });
    manual(
      'core/indexes/index-types/index-text/control-text-search-results',
      'scores by weight, and sorts by the score',
      async () => {
        await places({ weights: { name: 10 } });
        const found = await c()
          .find({ $text: { $search: 'pizza' } }, { projection: { score: { $meta: 'textScore' } } })
          .sort({ score: { $meta: 'textScore' } })
          .toArray();
        expect(found.map(({ _id }) => _id)).toEqual([1, 2]);
        expect(found[0]?.['score']).toBeCloseTo(7.5);
        expect(found[1]?.['score']).toBeCloseTo(2 / 3, 1);
      },
    );
    manual('reference/operator/aggregation/meta', 'gives its score to pipelines', async () => {
      await places();
      const found = await c()
        .aggregate([
          { $match: { $text: { $search: 'pizza palace' } } },
          { $sort: { s: { $meta: 'textScore' } } },
          { $project: { s: { $meta: 'textScore' } } },
        ])
        .toArray();
      expect(found.map(({ _id }) => _id as number)).toEqual([1, 2]);
      expect(found[0]?.['s']).toBeCloseTo(1.5);
    });
    manual('reference/operator/query/text', 'goes with other conditions', async () => {
      await places();
      expect(await c().countDocuments({ $text: { $search: 'pizza' }, name: /^Curry/ })).toBe(1);
    });
    manual('reference/operator/query/text#restrictions', 'needs a text index', async () => {
      await db().collection('other').insertOne({});
      await expect(
        db()
          .collection('other')
          .findOne({ $text: { $search: 'x' } }),
      ).rejects.toMatchObject({ code: 27 });
    });
  });

  describe('a text index', () => {
    manual('core/indexes/index-types/index-text/create-wildcard-text-index', 'of $** holds every string', async () => {
      await index({ '$**': 'text' });
      await c().insertMany([
        { _id: 1, a: { b: ['deep fish'] } },
        { _id: 2, z: 'meat' },
      ]);
      expect(await search('fish')).toEqual([1]);
    });
    manual(
      'core/indexes/index-types/index-text/limit-number-of-text-index-entries',
      'reads only what its first fields bind',
      async () => {
        await index({ city: 1, name: 'text' });
        await c().insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, city: `c${_id % 4}`, name: 'pizza' })));
        const plan = readExplanation(
          await c()
            .find({ city: 'c1', $text: { $search: 'pizza' } })
            .explain('executionStats'),
        );
        expect(plan).toMatchObject({ keys: 5, docs: 5, returned: 5 });
        await expect(search('pizza')).rejects.toMatchObject({ code: 291 });
      },
    );
    manual(
      'core/indexes/index-types/index-text/text-index-restrictions',
      'is the only one of its collection',
      async () => {
        await index({ a: 'text' });
        await expect(index({ b: 'text' })).rejects.toMatchObject({ code: 67 });
      },
    );
    manual('core/indexes/index-types/index-text', 'is listed by its weights, and follows changes', async () => {
      await places({ weights: { name: 10 } });
      expect((await c().indexes())[1]).toMatchObject({
        key: { _fts: 'text', _ftsx: 1 },
        weights: { name: 10, description: 1 },
        default_language: 'english',
      });
      await c().updateOne({ _id: 1 }, { $set: { name: 'Burger Barn' } });
      await c().deleteOne({ _id: 2 });
      expect([await search('pizza'), await search('burgers')]).toEqual([[], [1]]);
    });
  });
}
