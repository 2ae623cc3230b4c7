import { describe, expect, it } from 'vitest';
import type { Preferences } from './contact.js';
import { localDay, quietUntil } from './quiet-hours.js';

function until(now: string, timeZone: string, from = '22:00', to = '08:00', enabled = true): string | undefined {
  const preferences: Preferences = {
    channels: { email: true, sms: true, push: true, inApp: true },
    quietHours: { enabled, from, to },
    timeZone,
  };
  return quietUntil(preferences, new Date(now))?.toISOString();
}

describe('quiet hours', () => {
  it.each([
    ['the evening', '2026-11-20T22:30:00Z', '2026-11-21T07:00:00.000Z'],
    ['the early morning', '2026-11-21T03:15:42.123Z', '2026-11-21T07:00:00.000Z'],
    ['the minute in which they begin', '2026-11-20T21:00:00Z', '2026-11-21T07:00:00.000Z'],
    ['the minute before they begin', '2026-11-20T20:59:59Z', undefined],
    ['the minute in which they end', '2026-11-21T07:00:00Z', undefined],
    ['noon', '2026-11-21T11:00:00Z', undefined],
  ])('over midnight in Berlin: %s', (_when, now, end) => {
    expect(until(now, 'Europe/Berlin')).toBe(end);
  });

  it.each([
    ['Asia/Kolkata', '2026-11-20T17:00:00Z', '2026-11-21T02:30:00.000Z'],
    ['America/Los_Angeles', '2026-11-21T07:00:00Z', '2026-11-21T16:00:00.000Z'],
    ['Pacific/Auckland', '2026-11-20T17:00:00Z', '2026-11-20T19:00:00.000Z'],
    ['UTC', '2026-11-20T17:00:00Z', undefined],
  ])('are those of the recipient, who is in %s', (zone, now, end) => {
    expect(until(now, zone)).toBe(end);
  });

  it('may lie within a day', () => {
    expect(until('2026-11-21T13:10:00Z', 'UTC', '13:00', '15:00')).toBe('2026-11-21T15:00:00.000Z');
    expect(until('2026-11-21T15:00:00Z', 'UTC', '13:00', '15:00')).toBeUndefined();
  });

  it('are no hours at all when they begin as they end, or are off', () => {
    expect(until('2026-11-21T13:00:00Z', 'UTC', '13:00', '13:00')).toBeUndefined();
    expect(until('2026-11-21T23:00:00Z', 'UTC', '22:00', '08:00', false)).toBeUndefined();
  });

  it('end by the clock on the wall in the nights in which the clocks change', () => {
    expect(until('2026-03-28T22:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T06:00:00.000Z');
    expect(until('2026-10-24T21:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T07:00:00.000Z');
  });

  it('end at once after a time that the clocks skip', () => {
    const end = until('2026-03-28T22:00:00Z', 'Europe/Berlin', '22:00', '02:30');
    // 02:00 becomes 03:00 at 01:00 UTC.
    expect(end).toBe('2026-03-29T01:30:00.000Z');
    expect(until(end ?? '', 'Europe/Berlin', '22:00', '02:30')).toBeUndefined();
  });
});

describe('a day', () => {
  it('begins at midnight where the recipient is', () => {
    const now = new Date('2026-11-20T23:30:00Z');
    expect(localDay(now, 'Europe/Berlin')).toBe('2026-11-21');
    expect(localDay(now, 'UTC')).toBe('2026-11-20');
    expect(localDay(now, 'Pacific/Auckland')).toBe('2026-11-21');
  });
});
