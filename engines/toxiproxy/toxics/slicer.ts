import { attribute } from './toxic-kind.js';
import type { Attributes, ToxicKind } from './toxic-kind.js';

const MICROSECONDS_PER_MS = 1000;

/** Cuts data into pieces of `average_size` bytes, give or take `size_variation`, `delay` microseconds apart. */
export const slicer: ToxicKind = {
  defaults: { average_size: 0, size_variation: 0, delay: 0 },
  capacity: 0,
  problemWith: (attributes) => {
    const average = attribute(attributes, 'average_size');
    const variation = attribute(attributes, 'size_variation');
    if (average < 1) return 'average_size must be greater than 0';
    return variation < 0 || variation >= average ? 'size_variation must be between 0 and average_size' : undefined;
  },
  start: (passage) => ({
    async pass(item) {
      if (item === 'end') return passage.forward(item);
      for (let rest = item.data; rest.length > 0;) {
        const piece = rest.subarray(0, sizeOfPiece(passage.attributes));
        await passage.forward({ ...item, data: piece });
        rest = rest.subarray(piece.length);
        await passage.sleep(attribute(passage.attributes, 'delay') / MICROSECONDS_PER_MS);
      }
    },
  }),
};

function sizeOfPiece(attributes: Attributes): number {
  const variation = attribute(attributes, 'size_variation');
  return attribute(attributes, 'average_size') + Math.round((Math.random() * 2 - 1) * variation);
}
