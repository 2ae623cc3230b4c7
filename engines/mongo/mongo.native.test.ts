import { describe } from 'vitest';
import { mongoBehaviours } from './behaviours/mongo-behaviours.test.js';
import { installedMongod, startMongod } from './testing/installed-mongod.test.js';

const mongod = installedMongod();
const title = mongod === undefined ? 'no mongod on PATH: its behaviour is not compared' : 'an installed mongod';

/** What we say that MongoDB does is asked of MongoDB itself where it is installed. */
describe.skipIf(mongod === undefined)(title, () => {
  mongoBehaviours(() => startMongod(mongod ?? ''));
});
