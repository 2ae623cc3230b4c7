import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors/index.js';
import { eventually } from '../testing/index.js';
import { BreakerOpenError, createBreaker } from './index.js';
import type { Breaker, BreakerSettings } from './index.js';

const settings: BreakerSettings = {
  enabled: true,
  errorThresholdPercentage: 50,
  rollingWindowMs: 10_000,
  volumeThreshold: 4,
  resetTimeoutMs: 40,
};
const works = (): Promise<string> => Promise.resolve('soup');
const fails = (): Promise<string> => Promise.reject(new AppError('upstream-unreachable', 'no soup'));

describe('a circuit breaker', () => {
  const made: Breaker[] = [];
  const create = (changes: Partial<BreakerSettings> = {}): Breaker => {
    const breaker = createBreaker('kitchen', { ...settings, ...changes });
    made.push(breaker);
    return breaker;
  };
  afterEach(() => made.splice(0).forEach((breaker) => breaker.close()));

  const call = (breaker: Breaker, action = works): Promise<unknown> =>
    breaker.run(action).catch((error: unknown) => error);
  const states = (breaker: Breaker): string[] => breaker.snapshot().transitions.map(({ to }) => to);
  async function open(breaker: Breaker): Promise<void> {
    for (let calls = 0; calls < settings.volumeThreshold; calls += 1) await call(breaker, fails);
    expect(breaker.snapshot().state).toBe('OPEN');
  }

  it('is closed and passes on what the call returns or throws', async () => {
    const breaker = create();
    expect(await breaker.run(works)).toBe('soup');
    await expect(breaker.run(fails)).rejects.toThrow('no soup');
    expect(breaker.snapshot()).toMatchObject({ state: 'CLOSED', stats: { fired: 2, succeeded: 1, failed: 1 } });
  });

  it('does not judge by fewer calls than its volume threshold', async () => {
    const breaker = create();
    for (let calls = 0; calls < settings.volumeThreshold - 1; calls += 1) await call(breaker, fails);
    expect(breaker.snapshot().state).toBe('CLOSED');
  });

  it('stays closed while fewer calls fail than its threshold', async () => {
    const breaker = create();
    for (let calls = 0; calls < 30; calls += 1) await call(breaker, calls % 3 === 0 ? fails : works);
    expect(breaker.snapshot().state).toBe('CLOSED');
  });

  it('opens when half of the calls fail, and then calls no more', async () => {
    const breaker = create({ resetTimeoutMs: 60_000 });
    await open(breaker);
    let called = false;
    const answer = await call(breaker, () => {
      called = true;
      return works();
    });
    expect(called).toBe(false);
    expect(answer).toBeInstanceOf(BreakerOpenError);
    expect((answer as BreakerOpenError).retryAfterMs).toBeGreaterThan(59_000);
    expect(breaker.snapshot().stats).toMatchObject({ fired: 4, failed: 4, rejected: 1 });
  });

  it('lets one call through after its reset timeout, and closes when that one works', async () => {
    const breaker = create();
    await open(breaker);
    await eventually(() => expect(breaker.snapshot().state).toBe('HALF_OPEN'));
    let finish = (_value: string): void => undefined;
    const probe = breaker.run(() => new Promise<string>((resolve) => (finish = resolve)));
    expect(await call(breaker)).toBeInstanceOf(BreakerOpenError);
    expect(breaker.snapshot().inFlight).toBe(1);
    finish('soup');
    expect(await probe).toBe('soup');
    expect(states(breaker)).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
    expect(breaker.snapshot().inFlight).toBe(0);
  });

  it('opens again when the one call fails', async () => {
    const breaker = create();
    await open(breaker);
    await eventually(() => expect(breaker.snapshot().state).toBe('HALF_OPEN'));
    await call(breaker, fails);
    expect(states(breaker)).toEqual(['OPEN', 'HALF_OPEN', 'OPEN']);
  });

  it('forgets failures that are older than its window', async () => {
    const breaker = create({ rollingWindowMs: 100 });
    const halfOfThem = settings.volumeThreshold / 2;
    for (let calls = 0; calls < halfOfThem; calls += 1) await call(breaker, fails);
    const after = performance.now() + 250;
    await eventually(() => expect(performance.now()).toBeGreaterThan(after));
    for (let calls = 0; calls < halfOfThem; calls += 1) await call(breaker, fails);
    expect(breaker.snapshot().state).toBe('CLOSED');
  });

  it('never opens while it is off', async () => {
    const breaker = create({ enabled: false });
    for (let calls = 0; calls < 20; calls += 1) await call(breaker, fails);
    expect(breaker.snapshot()).toMatchObject({ enabled: false, state: 'CLOSED', stats: { fired: 20, rejected: 0 } });
  });

  it('answers with the fallback when a call fails or is not made, and counts them', async () => {
    const breaker = create();
    const stale = (): string => 'yesterday’s soup';
    for (let calls = 0; calls < settings.volumeThreshold; calls += 1)
      expect(await breaker.run(fails, stale)).toBe('yesterday’s soup');
    expect(await breaker.run(works, stale)).toBe('yesterday’s soup');
    expect(breaker.snapshot()).toMatchObject({ state: 'OPEN', stats: { fallbacks: 5, rejected: 1 } });
    await expect(breaker.run(works, () => undefined)).rejects.toThrow(BreakerOpenError);
  });

  it('counts apart what had no answer in time', async () => {
    const breaker = create();
    await call(breaker, () => Promise.reject(new AppError('upstream-timeout', 'too late')));
    await call(breaker, fails);
    expect(breaker.snapshot().stats).toMatchObject({ failed: 2, timedOut: 1 });
  });

  it('starts again, closed, with new settings; and keeps its state with the same ones', async () => {
    const breaker = create({ resetTimeoutMs: 60_000 });
    await open(breaker);
    breaker.configure({ ...settings, resetTimeoutMs: 60_000 });
    expect(breaker.snapshot().state).toBe('OPEN');
    breaker.configure({ ...settings, volumeThreshold: 2 });
    expect(breaker.snapshot().state).toBe('CLOSED');
    await call(breaker, fails);
    await call(breaker, fails);
    expect(states(breaker)).toEqual(['OPEN', 'CLOSED', 'OPEN']);
  });

  it('is not moved by an old call that ends after a change of settings', async () => {
    const breaker = create({ volumeThreshold: 1 });
    let fail = (_error: Error): void => undefined;
    const old = call(breaker, () => new Promise<string>((_resolve, reject) => (fail = reject)));
    breaker.configure({ ...settings, volumeThreshold: 2 });
    fail(new Error('no soup'));
    await old;
    expect(breaker.snapshot().state).toBe('CLOSED');
  });

  it('says when it changed', async () => {
    const seen: string[] = [];
    const breaker = createBreaker('kitchen', settings, ({ from, to }) => seen.push(`${from} ${to}`));
    made.push(breaker);
    await open(breaker);
    expect(seen).toEqual(['CLOSED OPEN']);
    expect(Date.parse(breaker.snapshot().transitions[0]?.at ?? '')).toBeCloseTo(Date.now(), -4);
  });
});
