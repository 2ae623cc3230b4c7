import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '@quickbite/shared/errors';
import type { Answer, Attempt } from './answer.js';
import { startHealthChecks } from './health-checks.js';
import type { HealthChecks, HealthCheckSettings } from './health-checks.js';

const EVERY_MS = 500;

describe('the health checks of a service', () => {
  let open: HealthChecks | undefined;
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    open?.close();
    vi.useRealTimers();
  });

  /** Instances that answer a look with what `says` holds for them; well where there is nothing. */
  function start(urls: readonly string[], settings: Partial<HealthCheckSettings> = {}) {
    const says = new Map<string, number | AppError>();
    const asked: string[] = [];
    const changes: string[] = [];
    const chosen = { check: 'ready' as HealthCheckSettings['check'], everyMs: EVERY_MS, ...settings };
    const checks = startHealthChecks({
      instances: urls.map((url) => ({
        url,
        client: {
          send({ path }: Attempt): Promise<Answer> {
            asked.push(`${url} ${path}`);
            const said = says.get(url) ?? 200;
            if (typeof said !== 'number') return Promise.reject(said);
            return Promise.resolve({ status: said, headers: {}, body: Buffer.alloc(0) });
          },
        },
      })),
      settings: () => chosen,
      onChange: ({ url, passes }) => void changes.push(`${url} ${passes ? 'passes' : 'fails'}`),
    });
    open = checks;
    return { checks, says, asked, changes, chosen, look: () => vi.advanceTimersByTimeAsync(EVERY_MS) };
  }

  it('ask each of several, again and again, and nobody who is alone', async () => {
    const several = start(['a', 'b']);
    await several.look();
    expect(several.asked).toEqual(['a /health/ready', 'b /health/ready', 'a /health/ready', 'b /health/ready']);
    several.checks.close();
    const alone = start(['a']);
    await alone.look();
    expect(alone.asked).toEqual([]);
    expect(alone.checks.passes('a')).toBe(true);
  });

  it.each([
    ['says that it is not ready', 503],
    ['refuses the connection', new AppError('upstream-unreachable', 'refused')],
  ])('leave out at once who %s, until it is well', async (_what, said) => {
    const { checks, says, changes, look } = start(['a', 'b']);
    says.set('b', said);
    await look();
    expect([checks.passes('a'), checks.passes('b')]).toEqual([true, false]);
    says.delete('b');
    await look();
    expect(checks.passes('b')).toBe(true);
    expect(changes).toEqual(['b fails', 'b passes']);
  });

  it('leave out who does not answer when that happens twice in a row', async () => {
    const { checks, says, look } = start(['a', 'b']);
    await look();
    const silence = new AppError('upstream-timeout', 'late');
    says.set('b', silence);
    await look();
    expect(checks.passes('b')).toBe(true);
    says.delete('b');
    await look();
    says.set('b', silence);
    await look();
    expect(checks.passes('b')).toBe(true);
    await look();
    expect(checks.passes('b')).toBe(false);
  });

  it('ask for liveness, or nothing, where a lesson says so', async () => {
    const { checks, says, asked, chosen, look } = start(['a', 'b'], { check: 'live' });
    says.set('b', 503);
    await look();
    expect(new Set(asked)).toEqual(new Set(['a /health/live', 'b /health/live']));
    expect(checks.passes('b')).toBe(false);
    chosen.check = 'off';
    expect(checks.passes('b')).toBe(true);
    const before = asked.length;
    await look();
    expect(asked.length).toBe(before);
  });

  it('end when they are closed', async () => {
    const { checks, asked, look } = start(['a', 'b']);
    await look();
    checks.close();
    const before = asked.length;
    await look();
    expect(asked.length).toBe(before);
  });
});
