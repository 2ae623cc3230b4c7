import { EventEmitter } from 'node:events';

/**
 * Does what the guide says leaks, and prints as JSON how many bytes each is holding after a garbage collection: a call's for
 * those that are called often, all of it for the others. To be run with `node --expose-gc`.
 */

const CALLS = 2_000;
const LARGE = 10 * 2 ** 20;
/** As much as a request leaves behind when it is kept. */
const REQUEST_BYTES = 2_000;

const requests: unknown[] = [];
const lasting = new EventEmitter();
lasting.setMaxListeners(0);

/** A listener that holds something of its request. */
function listenTo(emitter: EventEmitter): void {
  const request = Buffer.alloc(REQUEST_BYTES, 1);
  emitter.on('complete', () => request.length);
}

function withoutUse(): () => boolean {
  const large = Buffer.alloc(LARGE, 1);
  large[0] = 2;
  return () => true;
}

function withUse(): () => number {
  const large = Buffer.alloc(LARGE, 1);
  return () => large.length;
}

function besideUse(): () => boolean {
  const large = Buffer.alloc(LARGE, 1);
  const other = (): number => large.length;
  if (other() < 0) throw new Error('expected a buffer to have a length');
  return () => true;
}

function used(): number {
  if (!global.gc) throw new Error('expected to be run with "node --expose-gc"');
  for (let n = 0; n < 3; n += 1) global.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that are in use afterwards and were not before. What the work returns is held until then. */
function keptBy(work: () => unknown): number {
  const before = used();
  const result = work();
  const after = used();
  // Looked at after the measurement, so that it is not collected before.
  if (result === work) throw new Error('expected work to return something of its own');
  return Math.max(0, after - before);
}

const often = (work: () => void): number =>
  keptBy(() => {
    for (let n = 0; n < CALLS; n += 1) work();
  }) / CALLS;

/** The buffers of small size come from a pool that is filled once. */
listenTo(new EventEmitter());
const result = {
  'list-in-a-module': often(() => requests.push(Buffer.alloc(REQUEST_BYTES, 1))),
  'local-emitter': often(() => listenTo(new EventEmitter())),
  'emitter-that-lives': often(() => listenTo(lasting)),
  'closure-unused': keptBy(withoutUse),
  'closure-used': keptBy(withUse),
  'closure-beside': keptBy(besideUse),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
