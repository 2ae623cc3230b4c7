import type { Random } from './seeded-random.js';

/** Changes one thing about a frame; `other` is a second valid frame to splice with. */
type Mutation = (frame: Buffer, random: Random, other: () => Buffer) => Buffer;

const MOST_CHANGES = 3;

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  cut,
  duplicate,
  splice,
  replaceBinaryLength,
  replaceWrittenLength,
  insertRandomBytes,
  (_frame, random) => random.bytes(1 + random.below(64)),
];

/** A valid frame with one to three things wrong about it. */
export function mutate(random: Random, frames: (random: Random) => Buffer): Buffer {
  let frame: Buffer = frames(random);
  for (let changes = 1 + random.below(MOST_CHANGES); changes > 0; changes -= 1) {
    frame = random.pick(MUTATIONS)(frame, random, () => frames(random));
  }
  return frame;
}

function flipBits(frame: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(frame);
  for (let flips = 1 + random.below(4); flips > 0; flips -= 1) {
    const position = random.below(flipped.length);
    flipped[position] = (flipped[position] ?? 0) ^ (1 << random.below(8));
  }
  return flipped;
}

function cut(frame: Buffer, random: Random): Buffer {
  return frame.subarray(0, random.below(frame.length));
}

/** Repeats a part of the frame where it is. */
function duplicate(frame: Buffer, random: Random): Buffer {
  const start = random.below(frame.length);
  const end = start + random.below(frame.length - start + 1);
  return Buffer.concat([frame.subarray(0, end), frame.subarray(start)]);
}

/** The beginning of one frame and the end of another. */
function splice(frame: Buffer, random: Random, other: () => Buffer): Buffer {
  const second = other();
  return Buffer.concat([
    frame.subarray(0, random.below(frame.length + 1)),
    second.subarray(random.below(second.length)),
  ]);
}

/** Overwrites bytes with what a length must not be; near the start more often, where headers are. */
function replaceBinaryLength(frame: Buffer, random: Random): Buffer {
  const value = random.pick([0, 1, -1, -(2 ** 31), 2 ** 31 - 1, 2 ** 24, 0xffff]);
  const field = Buffer.alloc(4);
  if (random.below(2) === 0) field.writeInt32LE(value);
  else field.writeInt32BE(value);
  const position = random.below(random.below(2) === 0 ? Math.min(24, frame.length) : frame.length);
  const replaced = Buffer.from(frame);
  field.copy(replaced, position, 4 - random.pick([1, 2, 4]));
  return replaced;
}

/** Replaces a number that is written in digits, as text protocols write their lengths. */
function replaceWrittenLength(frame: Buffer, random: Random): Buffer {
  const text = frame.toString('latin1');
  const numbers = [...text.matchAll(/-?\d+/g)];
  const found = numbers[random.below(numbers.length)];
  if (!found) return flipBits(frame, random);
  const value = random.pick(['0', '-1', '-2147483648', '536870912', '536870913', '99999999999999999999', '1', '']);
  return Buffer.from(text.slice(0, found.index) + value + text.slice(found.index + found[0].length), 'latin1');
}

function insertRandomBytes(frame: Buffer, random: Random): Buffer {
  const position = random.below(frame.length + 1);
  return Buffer.concat([frame.subarray(0, position), random.bytes(1 + random.below(16)), frame.subarray(position)]);
}
