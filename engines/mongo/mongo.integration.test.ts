import { describe } from 'vitest';
import { mongoBehaviours } from './behaviours/mongo-behaviours.test.js';
import { startEmbedded } from './testing/spawn-server.test.js';

describe('the embedded MongoDB', () => {
  mongoBehaviours(startEmbedded);
});
