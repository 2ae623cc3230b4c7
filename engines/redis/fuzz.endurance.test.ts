import { expect, it } from 'vitest';
import { fuzzRedis } from './fuzz-redis.test.js';
import { startEmbedded } from './server-process.test.js';

const FRAMES = 120_000;

it(`the embedded Redis answers others through ${FRAMES} malformed requests, and neither ends nor grows`, async () => {
  await using server = await startEmbedded();
  const report = await fuzzRedis(server, FRAMES);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.frames).toBe(FRAMES);
});
