import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { growthBetween, isBuiltIn, readHeapSnapshot } from './index.js';

/** A small heap with a leak that the test makes larger. */
const PROGRAM = `
  const { parentPort } = require('node:worker_threads');
  class Receipt { constructor(n) { this.text = 'receipt "' + n + '"\\n'; } }
  class Passing { constructor(n) { this.n = n; } }
  function openArchive() {
    const everyReceipt = new Map();
    return { add(n) { everyReceipt.set('no. ' + n, new Receipt(n)); new Passing(n); } };
  }
  const archive = openArchive();
  parentPort.on('message', (count) => {
    for (let n = 0; n < count; n += 1) archive.add(Math.random());
    parentPort.postMessage('done');
  });
`;

test('two snapshots show which class grew, by how many, and who keeps it', async () => {
  const worker = new Worker(PROGRAM, { eval: true });
  try {
    const add = (count: number): Promise<void> =>
      new Promise((resolve) => {
        worker.once('message', () => resolve());
        worker.postMessage(count);
      });
    const snapshot = async (references: boolean) => readHeapSnapshot(await worker.getHeapSnapshot(), { references });
    await add(100);
    const before = await snapshot(false);
    await add(250);
    const after = await snapshot(true);

    const [grown] = growthBetween(before, after).filter(({ name }) => !isBuiltIn(name));
    expect(grown).toMatchObject({ name: 'Receipt', count: 250 });
    expect(grown?.bytes).toBeGreaterThan(250 * 8);
    expect(after.classes.get('Receipt')?.count).toBe(350);
    expect(after.classes.get('Passing')).toBeUndefined();
    expect(after.bytes).toBeGreaterThan(before.bytes);
    expect(after.heldBy('Receipt').slice(0, 3).join(' < ')).toContain('Map');
    expect(after.heldBy('Receipt')).toContain('variable everyReceipt');
    expect(after.heldBy('Passing')).toEqual([]);
    expect(() => before.heldBy('Receipt')).toThrow('with its references');
  } finally {
    await worker.terminate();
  }
});

test('what is not a whole snapshot is refused', async () => {
  const chunks = async function* (text: string) {
    yield await Promise.resolve(Buffer.from(text));
  };
  await expect(readHeapSnapshot(chunks('{"error":"not found"}'))).rejects.toThrow('it ended before');
});
