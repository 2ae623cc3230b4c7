import type { ConceptStatus, Group, Path } from '@quickbite/study/learn';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** The topics with their concepts, and how far somebody has come in each. */
export function renderMap(groups: readonly Group[], path: Path, theme: Theme): string {
  const all = groups.flatMap(({ concepts }) => concepts);
  const rows = groups.flatMap(({ title, concepts }) => [
    [theme.heading(title), '', '', theme.muted(`${countRead(concepts)} of ${concepts.length} read`)],
    ...concepts.map((status) => [
      `${markOf(status, theme)} ${theme.strong(status.concept.id)}`,
      ...progressCells(status, theme),
      status.concept.title,
    ]),
  ]);
  const columns = [{ title: 'concept' }, { title: 'run' }, { title: 'answered' }, { title: '' }];
  return [
    `${theme.heading('The guide')}: ${countRead(all)} of ${all.length} concepts read`,
    renderTable(theme, columns, rows),
    nextLine(path, theme),
  ].join('\n\n');
}

/** The course, part by part. */
export function renderPath(path: Path, theme: Theme): string {
  const all = path.parts.flatMap(({ concepts }) => concepts);
  let number = 0;
  const rows = path.parts.flatMap(({ title, concepts }) => [
    [theme.heading(title), '', '', theme.muted(`${countRead(concepts)} of ${concepts.length} read`)],
    ...concepts.map((status) => {
      number += 1;
      const here = status === path.next;
      const place = `${markOf(status, theme)} ${String(number).padStart(2)} ${theme.strong(status.concept.id)}`;
      const title = here
        ? `${status.concept.title} ${theme.warn(`${theme.symbols.next} you are here`)}`
        : status.concept.title;
      return [place, ...progressCells(status, theme), title];
    }),
  ]);
  const columns = [{ title: 'concept' }, { title: 'run' }, { title: 'answered' }, { title: '' }];
  return [
    `${theme.heading('The course')}: ${countRead(all)} of ${all.length} concepts read`,
    renderTable(theme, columns, rows),
    nextLine(path, theme),
  ].join('\n\n');
}

function nextLine({ next }: Path, theme: Theme): string {
  if (!next) return `Everything is read. Practise: ${theme.command('quickbite interview drill')}`;
  return `Read on: ${theme.command('quickbite learn path --next')} ${theme.muted(`(${next.concept.title})`)}`;
}

const countRead = (concepts: readonly ConceptStatus[]): number =>
  concepts.filter(({ readAt }) => readAt !== null).length;

function markOf({ readAt }: ConceptStatus, { symbols, ok, muted }: Theme): string {
  return readAt === null ? muted(symbols.pending) : ok(symbols.ok);
}

/** How many of its scenarios were run, and of its questions answered. */
function progressCells({ scenarios, questions }: ConceptStatus, theme: Theme): readonly [string, string] {
  const run = scenarios.filter(({ lastOutcome }) => lastOutcome !== null).length;
  const answered = questions.filter(({ answeredAt }) => answeredAt !== null).length;
  return [share(run, scenarios.length, theme), share(answered, questions.length, theme)];
}

function share(done: number, of: number, { ok, muted }: Theme): string {
  if (of === 0) return muted('-');
  const text = `${done}/${of}`;
  return done === of ? ok(text) : done === 0 ? muted(text) : text;
}
