import { describe, expect, it } from 'vitest';
import { AppError } from '@quickbite/shared/errors';
import type { Answer } from './answer.js';
import { FailedAttempt, createBalancer } from './balancer.js';
import type { Balancer } from './balancer.js';

/** A balancer over instances that answer what `status` says (0: cannot be reached), with a clock to turn. */
function open(
  urls: readonly string[],
  more: { enabled?: boolean } = {},
): {
  balancer: Balancer;
  status: Map<string, number>;
  turn: (ms: number) => void;
  sendUntilAllAsked: () => Promise<void>;
} {
  const status = new Map(urls.map((url) => [url, 200]));
  let time = 0;
  let dice = 0;
  const balancer = createBalancer({
    instances: urls.map((url) => ({
      url,
      client: {
        send(): Promise<Answer> {
          const code = status.get(url) ?? 0;
          if (code === 0) return Promise.reject(new AppError('upstream-unreachable', 'gone'));
          return Promise.resolve({ status: code, headers: {}, body: Buffer.from(url) });
        },
        close: () => Promise.resolve(),
      },
    })),
    settings: () => ({ enabled: more.enabled ?? true, failures: 3, baseMs: 1000 }),
    onEjection: () => undefined,
    now: () => time,
    // Goes round, so that each instance gets its turn.
    random: () => (dice = (dice + 0.37) % 1),
  });
  return {
    balancer,
    status,
    turn: (ms) => (time += ms),
    async sendUntilAllAsked() {
      for (let i = 0; i < 40; i += 1) await send(balancer).catch(() => undefined);
    },
  };
}

const send = (balancer: Balancer, avoid?: string) =>
  balancer.send({ method: 'GET', path: '/', timeoutMs: 1000 }, avoid);

async function asked(balancer: Balancer, times: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (let i = 0; i < times; i += 1) found.add((await send(balancer)).instance);
  return found;
}

const ejected = (balancer: Balancer) => balancer.snapshot().flatMap(({ url, ejected: out }) => (out ? [url] : []));

describe('the choice between instances', () => {
  it('takes all of them in turn', async () => {
    const { balancer } = open(['a', 'b', 'c']);
    expect(await asked(balancer, 30)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('avoids the one that just failed, unless there is no other', async () => {
    const several = open(['a', 'b']);
    for (let i = 0; i < 20; i += 1) expect((await send(several.balancer, 'a')).instance).toBe('b');
    expect((await send(open(['a']).balancer, 'a')).instance).toBe('a');
  });

  it('names the instance at which an attempt failed', async () => {
    const { balancer, status } = open(['a']);
    status.set('a', 0);
    await expect(send(balancer)).rejects.toBeInstanceOf(FailedAttempt);
    await expect(send(balancer)).rejects.toMatchObject({ instance: 'a', cause: { slug: 'upstream-unreachable' } });
  });
});

describe('an instance that keeps failing', () => {
  it.each([
    ['cannot be reached', 0],
    ['answers 500', 500],
  ])('is left out when it %s, and comes back after a time', async (_what, code) => {
    const { balancer, status, turn, sendUntilAllAsked } = open(['a', 'b', 'c']);
    status.set('b', code);
    await sendUntilAllAsked();
    expect(ejected(balancer)).toEqual(['b']);
    expect(await asked(balancer, 30)).toEqual(new Set(['a', 'c']));
    status.set('b', 200);
    turn(1000);
    expect(await asked(balancer, 30)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('is left out twice as long each time that it comes back and fails', async () => {
    const { balancer, status, turn, sendUntilAllAsked } = open(['a', 'b']);
    status.set('b', 0);
    await sendUntilAllAsked();
    turn(1000);
    await sendUntilAllAsked();
    expect(ejected(balancer)).toEqual(['b']);
    turn(1999);
    expect(ejected(balancer)).toEqual(['b']);
    turn(1);
    expect(ejected(balancer)).toEqual([]);
    expect(balancer.snapshot()).toMatchObject([{ ejections: 0 }, { ejections: 2 }]);
  });

  it('is not left out when it answers 4xx', async () => {
    const { balancer, status, sendUntilAllAsked } = open(['a', 'b']);
    status.set('b', 404);
    await sendUntilAllAsked();
    expect(ejected(balancer)).toEqual([]);
  });

  it('is not left out when it is the last that is well', async () => {
    const { balancer, status, sendUntilAllAsked } = open(['a', 'b', 'c']);
    for (const url of ['a', 'b', 'c']) status.set(url, 0);
    await sendUntilAllAsked();
    expect(ejected(balancer)).toHaveLength(2);
  });

  it('is not left out while that is switched off', async () => {
    const { balancer, status, sendUntilAllAsked } = open(['a', 'b'], { enabled: false });
    status.set('b', 0);
    await sendUntilAllAsked();
    expect(ejected(balancer)).toEqual([]);
  });
});

describe('an instance that fails its health checks', () => {
  function checked(failing: Set<string>) {
    const answer: Answer = { status: 200, headers: {}, body: Buffer.alloc(0) };
    let dice = 0;
    return createBalancer({
      instances: ['a', 'b'].map((url) => ({
        url,
        client: { send: () => Promise.resolve(answer), close: () => Promise.resolve() },
      })),
      settings: () => ({ enabled: true, failures: 3, baseMs: 1000 }),
      passes: (url) => !failing.has(url),
      onEjection: () => undefined,
      random: () => (dice = (dice + 0.37) % 1),
    });
  }

  it('is left out until it passes again', async () => {
    const failing = new Set(['b']);
    const balancer = checked(failing);
    expect(await asked(balancer, 30)).toEqual(new Set(['a']));
    expect(balancer.hasOther('a')).toBe(false);
    expect(balancer.snapshot()).toMatchObject([{ passes: true }, { passes: false, ejected: false }]);
    failing.clear();
    expect(await asked(balancer, 30)).toEqual(new Set(['a', 'b']));
  });

  it('is asked when the other has just failed, which is newer than what is known of it', async () => {
    const balancer = checked(new Set(['b']));
    for (let i = 0; i < 10; i += 1) expect((await send(balancer, 'a')).instance).toBe('b');
  });

  it('is asked like the others when none passes', async () => {
    const balancer = checked(new Set(['a', 'b']));
    expect(await asked(balancer, 30)).toEqual(new Set(['a', 'b']));
  });
});

it('counts calls under way, and prefers the instance with fewer', async () => {
  let finish: (answer: Answer) => void = () => undefined;
  const answer: Answer = { status: 200, headers: {}, body: Buffer.alloc(0) };
  const client = (url: string) => ({
    send: () => (url === 'slow' ? new Promise<Answer>((resolve) => (finish = resolve)) : Promise.resolve(answer)),
    close: () => Promise.resolve(),
  });
  let dice = 0;
  const balancer = createBalancer({
    instances: ['slow', 'fast'].map((url) => ({ url, client: client(url) })),
    settings: () => ({ enabled: true, failures: 3, baseMs: 1000 }),
    onEjection: () => undefined,
    random: () => dice,
  });
  const waiting = send(balancer);
  expect(balancer.snapshot()).toMatchObject([
    { url: 'slow', inFlight: 1 },
    { url: 'fast', inFlight: 0 },
  ]);
  for (dice of [0, 0.4, 0.9]) expect((await send(balancer)).instance).toBe('fast');
  finish(answer);
  await waiting;
  expect(balancer.snapshot()).toMatchObject([{ inFlight: 0 }, { inFlight: 0 }]);
});
