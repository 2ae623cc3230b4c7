import type { Statistics } from '@quickbite/study/interview';
import type { Answer } from '@quickbite/study/progress';
import { inWords, paintRating } from './interview-card.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** A question with what was made of it. */
export interface ListedQuestion {
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  readonly level: string;
  readonly kind: string;
  readonly minutes: number;
  readonly own: boolean;
  readonly rating: Answer['rating'] | null;
  /** ISO 8601; null before the first answer. */
  readonly due: string | null;
}

/** The questions, topic by topic. */
export function renderQuestions(questions: readonly ListedQuestion[], theme: Theme, now: Date): string {
  const sorted = [...questions].sort((a, b) => a.topic.localeCompare(b.topic));
  return renderTable(
    theme,
    [
      { title: 'question' },
      { title: 'level' },
      { title: 'kind' },
      { title: 'last' },
      { title: 'again' },
      { title: '' },
    ],
    sorted.flatMap((question, n) => {
      const row = [
        `  ${theme.strong(question.id)}`,
        question.level,
        question.kind,
        question.rating === null ? theme.muted('never') : paintRating(question.rating, theme),
        question.due === null ? '' : inWords(new Date(question.due).getTime() - now.getTime()),
        question.own ? theme.muted('own') : '',
      ];
      const startsTopic = sorted[n - 1]?.topic !== question.topic;
      return startsTopic ? [[theme.heading(question.topic), '', '', '', '', ''], row] : [row];
    }),
  );
}

/** So many missed points are named; the table says how many there are. */
const SHOWN_POINTS = 8;

/** How somebody stands: a line a topic, then what is missing most. */
export function renderStatistics(statistics: Statistics, theme: Theme): string {
  const topics = renderTable(
    theme,
    [
      { title: 'topic' },
      { title: 'answered', align: 'right' },
      { title: 'due', align: 'right' },
      { title: 'covered', align: 'right' },
      { title: 'remembered', align: 'right' },
    ],
    statistics.topics.map(({ topic, questions, answered, due, coverage, remembered }) => [
      theme.strong(topic),
      `${String(answered)} of ${String(questions)}`,
      due > 0 ? theme.warn(String(due)) : '0',
      percent(coverage),
      percent(remembered),
    ]),
  );
  const missed = statistics.missed
    .slice(0, SHOWN_POINTS)
    .map(({ point, question }) => [`  ${theme.bad(theme.symbols.bad)} ${question}`, point]);
  const counts = `${counted(statistics.answers, 'answer')}, ${counted(statistics.sessions, 'mock session')}`;
  if (missed.length === 0) return `${topics}\n\n${theme.muted(counts)}`;
  const points = renderTable(theme, [{ title: 'missed in' }, { title: 'point' }], missed);
  return `${topics}\n\n${theme.heading('Missed last time')}\n${points}\n\n${theme.muted(counts)}`;
}

const percent = (share: number | null): string => (share === null ? '-' : `${String(Math.round(share * 100))} %`);

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
