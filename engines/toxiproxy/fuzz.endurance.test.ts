import { expect, it } from 'vitest';
import { fuzz } from '../testing/fuzz.js';
import type { Random } from '../testing/seeded-random.js';
import { startEmbedded } from './server-process.test.js';

const FRAMES = 100_000;
/** What frames made is cleared away now and then: it must not count as growth. */
const CHECKS_PER_CLEARANCE = 20;

const toxics = ['latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer', 'limit_data'] as const;

/** A valid request of the API. */
function request(random: Random): Buffer {
  const name = `proxy-${random.below(5)}`;
  const proxy = { name, listen: '127.0.0.1:0', upstream: '127.0.0.1:1', enabled: random.chance(0.5) };
  const attributes = { latency: random.below(100), rate: 1, average_size: 10, size_variation: 1, bytes: 5 };
  const toxic = { type: random.pick(toxics), stream: 'upstream', toxicity: 0.5, attributes };
  const [line, body] = random.pick<readonly [string, unknown]>([
    ['GET /proxies', undefined],
    ['GET /version', undefined],
    ['POST /proxies', proxy],
    ['POST /populate', [proxy]],
    [`PATCH /proxies/${name}`, { enabled: random.chance(0.5) }],
    [`DELETE /proxies/${name}`, undefined],
    [`POST /proxies/${name}/toxics`, toxic],
    [`POST /proxies/${name}/toxics/${toxic.type}_upstream`, { attributes }],
    [`DELETE /proxies/${name}/toxics/${toxic.type}_upstream`, undefined],
  ]);
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = `${line} HTTP/1.1\r\nhost: toxiproxy\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${text.length}\r\n\r\n${text}`);
}

it(`the embedded Toxiproxy answers others through ${FRAMES} malformed requests, and neither ends nor grows`, async () => {
  await using server = await startEmbedded();
  let asked = 0;
  const clearAway = async (): Promise<void> => {
    const proxies = (await (await fetch(`${server.url}/proxies`)).json()) as Record<string, unknown>;
    for (const name of Object.keys(proxies)) {
      await fetch(`${server.url}/proxies/${encodeURIComponent(name)}`, { method: 'DELETE' });
    }
  };
  const report = await fuzz({
    port: server.port,
    pid: server.child.pid ?? 0,
    frames: request,
    count: FRAMES,
    healthy: async () => {
      asked += 1;
      if (asked % CHECKS_PER_CLEARANCE === 0) await clearAway();
      const body = JSON.stringify({ name: `healthy-${asked}`, listen: '127.0.0.1:0', upstream: '127.0.0.1:1' });
      expect((await fetch(`${server.url}/proxies`, { method: 'POST', body })).status).toBe(201);
      const gone = await fetch(`${server.url}/proxies/healthy-${asked}`, { method: 'DELETE' });
      expect([204, 404]).toContain(gone.status);
    },
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.frames).toBe(FRAMES);
});
