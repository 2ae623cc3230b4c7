import { expect, it } from 'vitest';
import { BulkheadFullError, createBulkhead } from './bulkhead.js';

const PATIENCE_MS = 20_000;
const open = (maxConcurrent: number, maxQueue: number, enabled = true) =>
  createBulkhead('order-service', () => ({ enabled, maxConcurrent, maxQueue }));

it('lets so many in at once, lets so many wait, and refuses the next', async () => {
  const bulkhead = open(2, 1);
  const leave = await bulkhead.enter(PATIENCE_MS);
  await bulkhead.enter(PATIENCE_MS);
  const third = bulkhead.enter(PATIENCE_MS);
  await expect(bulkhead.enter(PATIENCE_MS)).rejects.toBeInstanceOf(BulkheadFullError);
  expect(bulkhead.snapshot()).toEqual({ inUse: 2, queued: 1, refused: 1 });
  leave();
  await third;
  expect(bulkhead.snapshot()).toEqual({ inUse: 2, queued: 0, refused: 1 });
});

it('lets in who has waited longest', async () => {
  const bulkhead = open(1, 2);
  const leave = await bulkhead.enter(PATIENCE_MS);
  const order: string[] = [];
  const first = bulkhead.enter(PATIENCE_MS).then((done) => {
    order.push('first');
    done();
  });
  const second = bulkhead.enter(PATIENCE_MS).then(() => order.push('second'));
  leave();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});

it('refuses who has waited too long, and forgets him', async () => {
  const bulkhead = open(1, 5);
  await bulkhead.enter(PATIENCE_MS);
  await expect(bulkhead.enter(10)).rejects.toBeInstanceOf(BulkheadFullError);
  expect(bulkhead.snapshot()).toEqual({ inUse: 1, queued: 0, refused: 1 });
});

it('takes a place back once, however often it is given', async () => {
  const bulkhead = open(2, 0);
  const leave = await bulkhead.enter(PATIENCE_MS);
  await bulkhead.enter(PATIENCE_MS);
  leave();
  leave();
  expect(bulkhead.snapshot().inUse).toBe(1);
});

it('lets everybody in while it is switched off', async () => {
  const bulkhead = open(1, 0, false);
  for (let i = 0; i < 5; i += 1) await bulkhead.enter(PATIENCE_MS);
  expect(bulkhead.snapshot()).toEqual({ inUse: 5, queued: 0, refused: 0 });
});
