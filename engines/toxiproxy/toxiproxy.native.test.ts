import { describe } from 'vitest';
import { apiBehaviours } from './api-behaviours.test.js';
import { findNativeServer, startNative } from './server-process.test.js';
import { wireBehaviours } from './wire-behaviours.test.js';

const binary = findNativeServer();
const why = binary === undefined ? ' (skipped: no toxiproxy-server on PATH)' : '';

describe.skipIf(binary === undefined)(`an installed Toxiproxy${why}`, () => {
  apiBehaviours(() => startNative(binary ?? ''));
  wireBehaviours(() => startNative(binary ?? ''));
});
