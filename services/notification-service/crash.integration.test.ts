import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '@quickbite/shared/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { orderEvent, startNotifications } from './testing/start-notifications.js';
import type { TestNotifications } from './testing/start-notifications.js';

const MAIN = resolve(import.meta.dirname, 'dist/main.js');
const CUSTOMERS = 12;

interface RunningProcess {
  readonly child: ChildProcess;
  readonly port: number;
}

let test: TestNotifications;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  test = await startNotifications();
  await eventually(() => test.broker.readiness.check());
}, 30_000);
afterEach(async () => {
  await Promise.all([...children].map(killHard));
});
afterAll(() => test.stop());

/** The service as a process of its own, from the build. */
async function launch(): Promise<RunningProcess> {
  const env = { ...process.env, ...test.env, LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /"message":"listening","port":(\d+)|"port":(\d+).*"message":"listening"/.exec(line);
    if (!port) continue;
    child.stdout.resume();
    const found = Number(port[1] ?? port[2]);
    // Before its queue is there, what is published is lost.
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${found}/health/ready`)).status).toBe(200));
    await setKnobs(found, { 'delivery.leaseMs': 1000 });
    return { child, port: found };
  }
  throw new Error('expected the service to listen; build it first: node launcher/dev.cjs build');
}

async function setKnobs(port: number, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/internal/knobs`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-lab-key': test.env['QUICKBITE_LAB_KEY'] ?? '' },
    body: JSON.stringify(changes),
  });
  expect(response.status).toBe(200);
}

async function killHard(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function publishReceipts(): Promise<readonly string[]> {
  const users = Array.from({ length: CUSTOMERS }, () => test.addUser());
  await Promise.all(users.map((userId) => test.broker.publish(orderEvent('order.confirmed', userId))));
  return users;
}

/** Each customer has one push and one email. */
async function expectOnce(users: readonly string[], port: number): Promise<void> {
  await eventually(
    async () => {
      const entries = await test.mailbox({}, port);
      const told = users.map((user) => entries.filter(({ userId }) => userId === user).map(({ channel }) => channel));
      expect(told.map((channels) => [...channels].sort())).toEqual(users.map(() => ['email', 'push']));
    },
    { withinMs: 30_000 },
  );
}

describe('whatever is killed', () => {
  it('each notification arrives once: the service dies again and again while it works', async () => {
    let running = await launch();
    const users = await publishReceipts();
    for (const arrived of [3, 12, 20]) {
      await eventually(
        async () => expect((await test.mailbox({}, running.port)).length).toBeGreaterThanOrEqual(arrived),
        {
          withinMs: 30_000,
        },
      );
      await killHard(running.child);
      running = await launch();
    }
    await expectOnce(users, running.port);
  }, 90_000);

  it.each(['mongo', 'amqp', 'redis'] as const)(
    'each notification arrives once: %s dies',
    async (engine) => {
      const running = await launch();
      const arrivedBefore = (await test.mailbox({}, running.port)).length;
      const users = await publishReceipts();
      await eventually(async () =>
        expect((await test.mailbox({}, running.port)).length).toBeGreaterThanOrEqual(arrivedBefore + 5),
      );
      await test[engine].kill();
      await test[engine].restart();
      await expectOnce(users, running.port);
    },
    60_000,
  );

  it('no message is to blame while the database is away', async () => {
    const running = await launch();
    await test.mongo.kill();
    const users = await publishReceipts();
    const metric = async (outcome: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${running.port}/metrics`)).text();
      return Number(new RegExp(`^messages_total\\{.*outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    };
    await eventually(async () => expect(await metric('postponed')).toBeGreaterThan(2 * 10), { withinMs: 30_000 });
    expect((await fetch(`http://127.0.0.1:${running.port}/health/ready`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${running.port}/health/live`)).status).toBe(200);
    await test.mongo.restart();
    await expectOnce(users, running.port);
    expect(await metric('parked')).toBe(0);
    expect(await metric('retried')).toBe(0);
  }, 120_000);
});
