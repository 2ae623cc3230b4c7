import type { Problem } from '@quickbite/scenarios/lint';
import type { Concept } from '../pages/index.js';

/** What the page of a concept has, as its headings, in this order; others may stand between them. */
const PARTS = [
  'The problem',
  'How it works',
  'How QuickBite does it',
  'Trade-offs and alternatives',
  'When not to',
  'What goes wrong',
  'In 60 seconds',
  'What the guides say that is not so',
] as const;

/** A page has its parts, in their order, and the trade-offs as a table. */
export function lintParts(concepts: readonly Concept[]): readonly Problem[] {
  return concepts.flatMap(({ file, text }) => {
    const places = PARTS.map((part) => text.search(new RegExp(`^## ${part}$`, 'm')));
    const messages = PARTS.filter((_, n) => places[n] === -1).map((part) => `has no part "## ${part}"`);
    const known = places.filter((place) => place !== -1);
    if (known.some((place, n) => place < (known[n - 1] ?? 0)))
      messages.push(`has its parts in another order than ${PARTS.join(', ')}`);
    const [, tradeOffs = ''] = /^## Trade-offs and alternatives\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(text) ?? [];
    if (tradeOffs !== '' && !/^\| ?-/m.test(tradeOffs)) messages.push('has no table in its trade-offs');
    return messages.map((message) => ({ file, message }));
  });
}
