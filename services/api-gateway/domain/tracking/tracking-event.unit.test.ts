import { describe, expect, it } from 'vitest';
import { START, advance, formatPosition, isFinal, parsePosition } from './tracking-event.js';
import type { TrackingEvent } from './tracking-event.js';

const at = (second: number): string => new Date(second * 1000).toISOString();
const status = (to: string, second: number): TrackingEvent => ({
  type: 'status',
  orderId: 'o',
  status: to,
  at: at(second),
});
const location = (second: number): TrackingEvent => ({
  type: 'location',
  orderId: 'o',
  location: { type: 'Point', coordinates: [13, 52] },
  at: at(second),
});

describe('the position of a viewer', () => {
  it('advances with each newer event, for each kind by itself', () => {
    const first = advance(START, location(5));
    expect(first).toEqual({ status: 0, location: 5000 });
    expect(advance(first ?? START, status('READY', 3))).toEqual({ status: 3000, location: 5000 });
  });

  it('does not advance with what was seen, or is older', () => {
    expect(advance({ status: 3000, location: 0 }, status('READY', 3))).toBeUndefined();
    expect(advance({ status: 3000, location: 0 }, status('READY', 2))).toBeUndefined();
  });

  it('survives being written and read', () => {
    const position = { status: 1_795_297_239_310, location: 0 };
    expect(parsePosition(formatPosition(position))).toEqual(position);
  });

  it.each([undefined, '', '1', '1.', 'a.b', '1.2.3', '-1.2', '1e3.0', ` 1.2`, '9'.repeat(16) + '.0', ['1.2']])(
    'is not read from %j',
    (text) => {
      expect(parsePosition(text)).toBeUndefined();
    },
  );
});

it.each([
  ['DELIVERED', true],
  ['CANCELLED', true],
  ['PAYMENT_FAILED', true],
  ['OUT_FOR_DELIVERY', false],
])('after %s nothing more comes: %s', (to, expected) => {
  expect(isFinal(status(to, 1))).toBe(expected);
});
