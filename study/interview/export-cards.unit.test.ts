import { expect, test } from 'vitest';
import { someCard } from '../testing/some-card.js';
import { inHalfAMinute, toAnki, toMarkdown } from './index.js';

const tricky = someCard('tricky', {
  title: 'What does "<key>\tvalue"\nmean?',
  keyPoints: [{ point: 'A < B & "C"', weight: 3, synonyms: [] }],
  text: '# T\n\n## In half a minute\n\nIt *fails* [fast](../guide/x.md), <b class="x">really</b>.\n',
});

/** Reads a file as Anki does: headers, then fields in quotes between tabs. */
function readAsAnki(text: string) {
  const lines = text.trimEnd().split('\n');
  const headers = Object.fromEntries(
    lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).split(/:(.*)/s).slice(0, 2)),
  ) as Record<string, string>;
  const rows = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"(?:\t|$)/g)].map(([, field = '']) => field.replaceAll('""', '"')),
    );
  return { headers, rows };
}

test('a deck has the headers by which Anki imports it, and a line of four fields for each card', () => {
  const { headers, rows } = readAsAnki(toAnki([tricky, someCard('b')], 'Team A'));
  expect(headers).toMatchObject({
    separator: 'tab',
    html: 'true',
    deck: 'Team A',
    notetype: 'Basic',
    'guid column': '1',
    'tags column': '4',
    columns: 'guid\tFront\tBack\tTags',
  });
  expect(rows.map((row) => row.length)).toEqual([4, 4]);
  expect(rows[0]?.[0]).toBe('quickbite-tricky');
  expect(rows[0]?.[1]).toBe('What does &quot;&lt;key&gt; value&quot; mean?');
  expect(rows[0]?.[2]).toContain('<li>A &lt; B &amp; &quot;C&quot; <i>(3)</i></li>');
  expect(rows[0]?.[2]).toContain('It <em>fails</em> fast, <b class="x">really</b>.');
  expect(rows[0]?.[3]).toBe('quickbite resilience mid explain');
});

test('Markdown has each question with its key points, mistakes and the titles of what follows', () => {
  const text = toMarkdown([someCard('a', { followUps: ['b', 'Why?'] }), someCard('b')]);
  expect(text).toContain('## What is "a"?\n\n_resilience, mid, explain, 2 min_');
  expect(text).toContain('- It fails fast (3)');
  expect(text).toContain('- What is "b"?\n- Why?');
  expect(text).not.toContain('\n# a\n');
});

test('the short answer of a page is its first section', () => {
  expect(inHalfAMinute(someCard('a').text)).toBe('It fails *fast*.');
  expect(inHalfAMinute('# Title\n\n## Only\n\nThe end')).toBe('The end');
});
