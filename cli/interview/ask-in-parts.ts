import type { Attempt, Card } from '@quickbite/study/interview';
import { PARTS } from '@quickbite/study/pages';
import type { Part } from '@quickbite/study/pages';
import { cardHeading } from '../presentation/interview-card.js';
import { outputWidth } from '../presentation/theme.js';
import { tickMistakes, tickPoints } from './ask-card.js';
import type { AskOptions } from './ask-card.js';
import { choose } from './prompts.js';
import { takeAnswer } from './take-answer.js';

/** A part of a system design session as it went. */
interface TakenPart {
  readonly title: string;
  readonly minutes: number;
  readonly seconds: number;
}

const TASKS: Readonly<Record<Part, string>> = {
  requirements: 'What must it do, for how many, how fast, how reliably? Ask, then decide.',
  'high-level': 'The parts and how a request goes through them. Data, routes, events.',
  'deep-dive': 'Choose what is hard and go down: the data model, races, failures, growth.',
  'trade-offs': 'Where does it break first? What did you give up, and why was it worth it?',
};

/** Asks a system design question part by part, each with its time and its own key points. */
export async function askInParts(
  card: Card,
  { way, theme, signal, place, session }: AskOptions,
): Promise<{ readonly attempt: Attempt; readonly parts: readonly TakenPart[] }> {
  process.stdout.write(`\n${cardHeading(card, place, theme, outputWidth())}\n`);
  const covered: string[] = [];
  const texts: string[] = [];
  const parts: TakenPart[] = [];
  for (const [part, minutes] of Object.entries(PARTS) as [Part, number][]) {
    process.stdout.write(`\n${theme.heading(part)} ${theme.muted(`${String(minutes)} min`)}\n${TASKS[part]}\n\n`);
    const limit = minutes * 60;
    const given = await takeAnswer(way, { theme, signal, limit, target: limit });
    const points = card.keyPoints.filter((point) => (point.part ?? 'deep-dive') === part);
    if (points.length > 0) covered.push(...(await tickPoints(points, given, signal)));
    if (given.text !== undefined && given.text !== '') texts.push(given.text);
    parts.push({ title: part, minutes, seconds: given.seconds });
    if (part !== 'trade-offs') await rest(signal);
  }
  const mistakes = await tickMistakes(card, signal);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const text = way === 'aloud' ? undefined : texts.join('\n\n');
  const how = way === 'aloud' ? 'aloud' : 'typed';
  return { attempt: { at: new Date(), how, text, seconds, covered, mistakes, session }, parts };
}

const rest = (signal: AbortSignal): Promise<string> =>
  choose('No clock runs now.', [{ name: 'Next part', value: 'next' }], signal);
