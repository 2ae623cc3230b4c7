import { suggestPoints } from '@quickbite/study/interview';
import type { Attempt, Card } from '@quickbite/study/interview';
import { cardHeading } from '../presentation/interview-card.js';
import { outputWidth } from '../presentation/theme.js';
import type { Theme } from '../presentation/theme.js';
import { tick } from './prompts.js';
import { takeAnswer } from './take-answer.js';
import type { Given, Way } from './take-answer.js';

/** Options of `askCard`. */
export interface AskOptions {
  readonly way: Way;
  readonly theme: Theme;
  readonly signal: AbortSignal;
  /** In front of the title, e.g. `2 of 10`. */
  readonly place: string;
  /** The answer ends after the time that the card gives. */
  readonly timed: boolean;
  /** Id of the mock session. */
  readonly session?: string | undefined;
}

/** Shows a question, waits for the answer, then shows the key points to be ticked: those that a typed answer seems to make are ticked. */
export async function askCard(card: Card, options: AskOptions): Promise<Attempt> {
  const { way, theme, signal, place, timed, session } = options;
  process.stdout.write(`\n${cardHeading(card, place, theme, outputWidth())}\n\n`);
  const target = card.minutes * 60;
  const given = await takeAnswer(way, { theme, signal, target, limit: timed ? target : undefined });
  const covered = await tickPoints(card.keyPoints, given, signal);
  const mistakes = await tickMistakes(card, signal);
  const { text, seconds } = given;
  return { at: new Date(), how: way === 'aloud' ? 'aloud' : 'typed', text, seconds, covered, mistakes, session };
}

/** Lets the candidate confirm which key points were made. */
export async function tickPoints(
  points: Card['keyPoints'],
  { text }: Pick<Given, 'text'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const suggested = text === undefined ? [] : suggestPoints(text, points);
  const choices = points.map(({ point, weight }, n) => ({
    name: `${point} ${'*'.repeat(weight)}`,
    value: point,
    checked: suggested[n] ?? false,
  }));
  const hint =
    text === undefined ? 'Which of these did you say?' : 'Which of these did you say? Ticked: what was found.';
  return tick(hint, choices, signal);
}

/** Lets the candidate own up. */
export async function tickMistakes({ mistakes }: Card, signal: AbortSignal): Promise<readonly string[]> {
  if (mistakes.length === 0) return [];
  const choices = mistakes.map((mistake) => ({ name: mistake, value: mistake }));
  return tick('Did you say any of these? They are wrong or lack something. (Enter: none)', choices, signal);
}
