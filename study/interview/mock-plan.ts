import type { Card } from './bank.js';
import { sentencesOf } from './words.js';

/** Added to the likeness of a question that the card itself asks next. */
const LISTED = 0.25;

/**
 * Questions for a mixed round: as many topics and kinds as possible, otherwise by chance.
 * @param random from 0 to 1, e.g. `Math.random`
 */
export function planMixedRound(cards: readonly Card[], count: number, random: () => number): readonly Card[] {
  const left = cards.map((card) => ({ card, chance: random() })).sort((a, b) => a.chance - b.chance);
  const chosen: Card[] = [];
  while (chosen.length < count && left.length > 0) {
    const news = ({ card }: { readonly card: Card }): number =>
      (chosen.some(({ topic }) => topic === card.topic) ? 0 : 2) +
      (chosen.some(({ kind }) => kind === card.kind) ? 0 : 1);
    const best = Math.max(...left.map(news));
    const [next] = left.splice(
      left.findIndex((entry) => news(entry) === best),
      1,
    );
    if (next) chosen.push(next.card);
  }
  return chosen;
}

/** A question of the bank, or one in words without key points. */
export type FollowUp = { readonly card: Card } | { readonly words: string };

/**
 * What an interviewer asks after an answer: of the questions that this one leads to or that share a concept with it, the one that is most about
 * what was missed. When none is, the first that the card asks in words.
 * @param missed key points in their words
 * @param asked ids of what was asked before
 */
export function followUpOf(
  card: Card,
  missed: readonly string[],
  bank: readonly Card[],
  asked: ReadonlySet<string>,
): FollowUp | undefined {
  const missing = card.keyPoints.filter(({ point }) => missed.includes(point));
  const near = bank
    .filter(({ id }) => id !== card.id && !asked.has(id))
    .map((next) => ({ next, listed: card.followUps.includes(next.id) }))
    .filter(({ next, listed }) => listed || next.concepts.some((id) => card.concepts.includes(id)))
    .map(({ next, listed }) => ({ card: next, likeness: likeness(next, missing) + (listed ? LISTED : 0) }))
    .sort((a, b) => b.likeness - a.likeness);
  const [best] = near;
  const words = card.followUps.find((text) => !bank.some(({ id }) => id === text) && !asked.has(text));
  if (best && (best.likeness > LISTED || words === undefined)) return { card: best.card };
  return words === undefined ? undefined : { words };
}

/** How much of the missed points a question is about, 0 to 1. */
function likeness(card: Card, missing: readonly { readonly point: string; readonly weight: number }[]): number {
  const about = stemsOf([card.title, ...card.keyPoints.map(({ point }) => point)].join('. '));
  const total = missing.reduce((sum, { weight }) => sum + weight, 0);
  const shared = missing.reduce((sum, { point, weight }) => {
    const stems = [...stemsOf(point)];
    return sum + (weight * stems.filter((stem) => about.has(stem)).length) / Math.max(1, stems.length);
  }, 0);
  return total === 0 ? 0 : shared / total;
}

const stemsOf = (text: string): ReadonlySet<string> => new Set(sentencesOf(text).flatMap(({ stems }) => stems));
