import { describe, expect, it } from 'vitest';
import { useServer } from './behaviours/fixture.test.js';
import { startEmbedded } from './testing/spawn-server.test.js';

const server = useServer(startEmbedded);
const index = (key: object, options: object = {}) => ({
  createIndexes: 'c',
  indexes: [{ key, name: 'i', ...options }],
});
const stage = (...pipeline: object[]) => ({ aggregate: 'c', pipeline, cursor: {} });
const find = (fields: object) => ({ find: 'c', ...fields });

describe('what docs/engines/mongo.md lists as not there', () => {
  it.each<[string, object, number]>([
    ['validate', { validate: 'c' }, 59],
    ['collMod', { collMod: 'c' }, 59],
    ['mapReduce', { mapReduce: 'c' }, 59],
    ['replSetInitiate', { replSetInitiate: {} }, 59],
    ['a tailable cursor', find({ tailable: true }), 40415],
    ['min and max', find({ min: { a: 1 } }), 40415],
    ['returnKey', find({ returnKey: true }), 40415],
    ['a capped collection', { create: 'd', capped: true, size: 1 }, 40415],
    ['a time-series collection', { create: 'd', timeseries: { timeField: 't' } }, 40415],
    ['a view', { create: 'd', viewOn: 'c' }, 40415],
    ['a validator', { create: 'd', validator: {} }, 40415],
    ['a clustered collection', { create: 'd', clusteredIndex: { key: { _id: 1 }, unique: true } }, 40415],
    ['a hidden index', index({ a: 1 }, { hidden: true }), 197],
    ['a hashed index', index({ a: 'hashed' }), 67],
    ['a 2d index', index({ a: '2d' }), 67],
    ['a wildcard index', index({ '$**': 1 }), 67],
    ['a text index in French', index({ a: 'text' }, { default_language: 'french' }), 67],
    ['$indexStats', stage({ $indexStats: {} }), 40324],
    ['$collStats', stage({ $collStats: {} }), 40324],
    ['$search', stage({ $search: {} }), 40324],
    ['$changeStream', stage({ $changeStream: {} }), 40573],
    ['$function', stage({ $set: { a: { $function: { body: 'x', args: [], lang: 'js' } } } }), 2],
    ['$accumulator', stage({ $group: { _id: 1, a: { $accumulator: {} } } }), 2],
    ['$where', find({ filter: { $where: 'true' } }), 2],
    ['$where in a pipeline', stage({ $match: { $where: 'true' } }), 2],
    ['$jsonSchema', find({ filter: { $jsonSchema: {} } }), 2],
    ['numericOrdering', find({ collation: { locale: 'en', numericOrdering: true } }), 2],
    ['a pattern under a collation', find({ filter: { a: /x/ }, collation: { locale: 'en', strength: 2 } }), 2],
    ['a search in French', find({ filter: { $text: { $search: 'x', $language: 'french' } } }), 2],
  ])('%s is refused with the answer that stands there', async (_what, command, code) => {
    await server.c().insertOne({ _id: 1, a: 'x' });
    await expect(server.db().command(command)).rejects.toMatchObject({ code });
  });
});
