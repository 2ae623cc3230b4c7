import { inHalfAMinute, minutesOf, shareOf } from '@quickbite/study/interview';
import type { Card, Evidence } from '@quickbite/study/interview';
import type { Answer } from '@quickbite/study/progress';
import { renderMarkdown } from '@quickbite/study/terminal';
import { wrapText } from './scenario-words.js';
import type { Theme } from './theme.js';

/** Longer lines are hard to follow, however wide the terminal. */
const WIDEST = 90;

/** A question as it is asked. */
export function cardHeading(card: Card, place: string, theme: Theme, columns: number): string {
  const about = [place, card.topic, card.level, card.kind, `${String(card.minutes)} min`].filter((text) => text !== '');
  return [theme.muted(about.join(' · ')), ...wrapped(card.title, columns).map((line) => theme.heading(line))].join(
    '\n',
  );
}

/** What came of an answer: what was made and missed, the short answer of the page, the candidate's own numbers, and what is next. */
export function cardResult(
  { card, answer, evidence }: { readonly card: Card; readonly answer: Answer; readonly evidence: Evidence },
  { theme, columns, titles }: { theme: Theme; columns: number; titles: ReadonlyMap<string, string> },
): string {
  const { symbols, ok, bad, warn, muted, strong } = theme;
  const share = `${String(Math.round(shareOf(card, answer) * 100))} %`;
  const points = card.keyPoints.map(({ point }) =>
    answer.covered.includes(point) ? item(ok(symbols.ok), point, columns) : item(bad(symbols.bad), point, columns),
  );
  const { text } = renderMarkdown(inHalfAMinute(card.text), { width: Math.min(columns, WIDEST), style: theme });
  const due = new Date(answer.card.due).getTime() - new Date(answer.at).getTime();
  return [
    `${strong(`${share} covered`)}, rated ${paintRating(answer.rating, theme)}, ${minutesOf(answer.seconds)}. ${muted(`Again ${inWords(due)}.`)}`,
    points.join('\n'),
    answer.mistakes.map((mistake) => item(warn(symbols.warn), mistake, columns)).join('\n'),
    section('In half a minute', text, theme),
    section('Your own numbers', evidenceLines(card, evidence, theme, columns), theme),
    section(
      'They will ask next',
      card.followUps.map((next) => item(symbols.bullet, titles.get(next) ?? next, columns)).join('\n'),
      theme,
    ),
    section('Read', card.concepts.map((id) => `  ${theme.command(`quickbite learn ${id}`)}`).join('\n'), theme),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Sentences with the candidate's own numbers; what is missing, and what contradicts them. */
export function evidenceLines(card: Card, evidence: Evidence, theme: Theme, columns: number): string {
  const { symbols, muted, warn } = theme;
  const quotes = evidence.quotes.flatMap(({ sentence, runId, samples, runs, range, holds }) => {
    const several = range === null ? '' : `, ${range} in ${String(runs)} runs`;
    const sign = holds === false ? warn(symbols.warn) : symbols.bullet;
    return [item(sign, sentence, columns), `    ${muted(`run ${runId}, n ${String(samples)}${several}`)}`];
  });
  const contradictions = evidence.contradictions.map((text) => item(warn(symbols.warn), text, columns));
  const prove = `  ${theme.command(`quickbite interview prove ${card.id}`)}`;
  const missing = evidence.notRun.length > 0 ? [`  You have none yet of: ${evidence.notRun.join(', ')}.`, prove] : [];
  return [...quotes, ...contradictions, ...missing].join('\n');
}

/** How an answer was rated, in its colour. */
export function paintRating(rating: Answer['rating'], theme: Theme): string {
  switch (rating) {
    case 'again':
      return theme.bad(rating);
    case 'hard':
      return theme.warn(rating);
    case 'good':
    case 'easy':
      return theme.ok(rating);
  }
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** e.g. `in 3 days`, `now` for what is past. */
export function inWords(ms: number): string {
  if (ms < MINUTE / 2) return 'now';
  if (ms < HOUR) return `in ${String(Math.round(ms / MINUTE))} min`;
  if (ms < DAY) return `in ${String(Math.round(ms / HOUR))} h`;
  const days = Math.round(ms / DAY);
  return `in ${String(days)} ${days === 1 ? 'day' : 'days'}`;
}

const section = (title: string, body: string, theme: Theme): string =>
  body === '' ? '' : `${theme.heading(title)}\n${body}`;

/** A line with a sign in front; what does not fit goes on below it. */
function item(sign: string, text: string, columns: number): string {
  const [first = '', ...others] = wrapped(text, columns - 4);
  return [`  ${sign} ${first}`, ...others.map((line) => `    ${line}`)].join('\n');
}

const wrapped = (text: string, columns: number): readonly string[] => wrapText(text, Math.min(columns - 1, WIDEST));
