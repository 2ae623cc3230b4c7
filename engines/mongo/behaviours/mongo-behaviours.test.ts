import { aggregationBehaviours } from './aggregation-behaviours.test.js';
import { cursorBehaviours } from './cursor-behaviours.test.js';
import { documentBehaviours } from './document-behaviours.test.js';
import { useServer, type MongoUnderTest } from './fixture.test.js';
import { geoBehaviours } from './geo-behaviours.test.js';
import { indexBehaviours } from './index-behaviours.test.js';
import { mongooseBehaviours } from './mongoose-behaviours.test.js';
import { serverBehaviours } from './server-behaviours.test.js';
import { shapeBehaviours } from './shape-behaviours.test.js';
import { textBehaviours } from './text-behaviours.test.js';
import { updateBehaviours } from './update-behaviours.test.js';
import { upsertBehaviours } from './upsert-behaviours.test.js';
import { wireBehaviours } from './wire-behaviours.test.js';
import { writeBehaviours } from './write-behaviours.test.js';

/** What any standalone MongoDB 7 must do, run against the one that `start` starts. */
export function mongoBehaviours(start: () => Promise<MongoUnderTest>): void {
  const fixture = useServer(start);
  documentBehaviours(fixture);
  updateBehaviours(fixture);
  upsertBehaviours(fixture);
  writeBehaviours(fixture);
  cursorBehaviours(fixture);
  aggregationBehaviours(fixture);
  indexBehaviours(fixture);
  geoBehaviours(fixture);
  shapeBehaviours(fixture);
  textBehaviours(fixture);
  serverBehaviours(fixture);
  wireBehaviours(fixture);
  mongooseBehaviours(fixture);
}
