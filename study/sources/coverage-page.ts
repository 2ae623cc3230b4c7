import type { Coverage, CoverageRow } from './coverage.js';

/** Where the table is written, relative to the repository's root. */
export const COVERAGE_FILE = 'docs/coverage.md';

/** The table as a page of Markdown, as prettier leaves it. */
export function coveragePage({ sections, questions }: Coverage): string {
  return `# What covers the guides

Every heading of the two source guides that says something, and every question in them, with what takes it up. Headings that are in
both guides stand here once. Made by \`quickbite lab coverage --write\` from the front matter of the pages; do not edit it.

## Sections

${sections.map((row) => entry(row, 'concepts')).join('\n')}

## Questions

${questions.map((row) => entry(row, 'questions')).join('\n')}
`;
}

/** A list and not a table: its cells would be hundreds of characters wide. */
function entry(row: CoverageRow, first: 'concepts' | 'questions'): string {
  const order = first === 'concepts' ? (['concepts', 'questions'] as const) : (['questions', 'concepts'] as const);
  const parts = [...order, 'scenarios' as const, 'claims' as const].flatMap((kind) => {
    const ids = row[kind];
    return ids.length === 0 ? [] : [`  - ${kind}: ${ids.map((id) => link(kind, id)).join(', ')}`];
  });
  return [`- ${row.title} (\`${row.id}\`)${parts.length === 0 ? ': **nothing**' : ''}`, ...parts].join('\n');
}

const FOLDERS = { concepts: 'guide', questions: 'interview', claims: 'claims' } as const;

function link(kind: keyof typeof FOLDERS | 'scenarios', id: string): string {
  return kind === 'scenarios' ? `[${id}](../scenarios/catalog/${id})` : `[${id}](${FOLDERS[kind]}/${id}.md)`;
}
