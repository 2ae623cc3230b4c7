import { createHmac, randomBytes } from 'node:crypto';
import { Pool } from 'undici';

/**
 * Drivers who send where they are, as fast as they are heard: each connection waits for its answer and sends the next. In a process of
 * its own; prints what came of it. Arguments: url, seconds, drivers, connections, secret of the identities.
 */

const [address = '', seconds = '', drivers = '', connections = '', secret = ''] = process.argv.slice(2);
const pool = new Pool(address, { connections: Number(connections), pipelining: 1 });

/** As the gateway signs them. */
function identityOf(userId: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { role: 'driver', sub: userId, iat: now, exp: now + 600 };
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const unsigned = `${head}.${encode({ ...claims, iss: 'quickbite-gateway', aud: 'quickbite-services' })}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

const identities = Array.from({ length: Number(drivers) }, () => identityOf(randomBytes(12).toString('hex')));

async function put(path: string, identity: string, body: object): Promise<void> {
  const answer = await pool.request({
    method: 'PUT',
    path,
    headers: { 'content-type': 'application/json', 'x-quickbite-identity': identity },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode > 201) throw new Error(`PUT ${path} was answered by ${answer.statusCode}: ${text}`);
}

const somewhere = () => ({ type: 'Point', coordinates: [13.4 + Math.random() / 10, 52.5 + Math.random() / 10] });
for (const identity of identities)
  await put('/api/drivers/me', identity, { vehicle: 'bicycle', status: 'available', location: somewhere() });

const startedAt = performance.now();
const until = startedAt + Number(seconds) * 1000;
let sent = 0;
async function drive(): Promise<void> {
  while (performance.now() < until) {
    const identity = identities[sent % identities.length] ?? '';
    sent += 1;
    await put('/api/drivers/me/location', identity, { location: somewhere() });
  }
}
process.stdout.write(`${JSON.stringify({ event: 'sending' })}\n`);
await Promise.all(Array.from({ length: Number(connections) }, drive));
process.stdout.write(`${JSON.stringify({ sent, seconds: (performance.now() - startedAt) / 1000 })}\n`);
await pool.close();
