import type { ConceptStatus } from '@quickbite/study/learn';
import { renderMarkdown } from '@quickbite/study/terminal';
import { paintOutcome, wrapText } from './scenario-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** Longer lines are hard to follow, however wide the terminal. */
const WIDEST = 100;

/** Options of `renderConcept`. */
export interface ConceptOptions {
  /** Columns of the output. */
  readonly width: number;
  readonly theme: Theme;
  /** What comes next on the course. */
  readonly next: ConceptStatus | undefined;
}

/** A concept's page, followed by what can be done about it: run, answered, read next. */
export function renderConcept(status: ConceptStatus, { width, theme, next }: ConceptOptions): string {
  const { concept } = status;
  const { text, links } = renderMarkdown(concept.text, { width: Math.min(width, WIDEST), style: theme });
  const linked = links.flatMap((href) => /^([a-z0-9-]+)\.md(?:#.*)?$/.exec(href)?.[1] ?? []);
  const first = concept.prerequisites.filter((id) => !linked.includes(id));
  const lists = [
    section('Run it now', scenariosOf(status, width, theme), theme),
    section('Measure it', benchesOf(status, theme), theme),
    section('In the code', codeOf(status, width, theme), theme),
    section('Be asked', questionsOf(status, width, theme), theme),
    section('Read next', readingList([...first, ...linked], next, theme), theme),
  ];
  return [text.trimEnd(), ...lists.filter((list) => list !== '')].join('\n\n');
}

const section = (title: string, body: string, theme: Theme): string =>
  body === '' ? '' : `${theme.heading(title)}\n${body}`;

function scenariosOf({ concept, scenarios }: ConceptStatus, width: number, theme: Theme): string {
  if (scenarios.length === 0)
    return concept.noScenario ? `  ${hanging(`No scenario: ${concept.noScenario}`, '  ', width)}` : '';
  return renderTable(
    theme,
    [{ title: '' }, { title: '' }, { title: '' }],
    scenarios.map(({ scenario, lastOutcome }) => [
      `  ${theme.command(`quickbite scenario ${scenario.id}`)}`,
      `${scenario.seconds} s`,
      lastOutcome ? paintOutcome(lastOutcome, theme) : theme.muted('never run'),
    ]),
  ).replace(/^\n/, '');
}

const benchesOf = ({ concept }: ConceptStatus, theme: Theme): string =>
  concept.benches.map((id) => `  ${theme.command(`quickbite bench ${id}`)}`).join('\n');

function codeOf({ concept }: ConceptStatus, width: number, theme: Theme): string {
  return concept.code
    .map(({ file, symbol }) => {
      const between = `  ${file} ${symbol}`.length > width ? '\n    ' : ' ';
      return `  ${file}${between}${theme.muted(symbol)}`;
    })
    .join('\n');
}

function questionsOf({ concept, questions }: ConceptStatus, width: number, theme: Theme): string {
  if (questions.length === 0) return '';
  const { symbols, ok, muted } = theme;
  const lines = questions.map(({ question, answeredAt }) => {
    const mark = answeredAt === null ? muted(symbols.pending) : ok(symbols.ok);
    return `  ${mark} ${hanging(question.title, '    ', width)}`;
  });
  return [...lines, `  ${theme.command(`quickbite interview drill --topic ${concept.topic}`)}`].join('\n');
}

/** A text whose further lines begin below its first. */
const hanging = (text: string, indent: string, width: number): string =>
  wrapText(text, Math.min(width, WIDEST) - indent.length).join(`\n${indent}`);

function readingList(ids: readonly string[], next: ConceptStatus | undefined, theme: Theme): string {
  const lines = ids.map((id) => `  ${theme.command(`quickbite learn ${id}`)}`);
  const onCourse = next
    ? [`  ${theme.command(`quickbite learn ${next.concept.id}`)} ${theme.muted('next on the course')}`]
    : [];
  return [...lines.filter((line) => !onCourse[0]?.startsWith(`${line} `)), ...onCourse].join('\n');
}
