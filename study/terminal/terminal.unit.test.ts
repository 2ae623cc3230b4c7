import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it, test } from 'vitest';
import { defaultContext } from '@quickbite/runtime/stack';
import { renderMarkdown } from './render-markdown.js';
import type { Style } from './style.js';

const same = (text: string): string => text;
const plain: Style = { heading: same, strong: same, muted: same, command: same, link: same, unicode: true };
const bold = (text: string): string => `\u001B[1m${text}\u001B[22m`;
const painted: Style = { ...plain, heading: bold, strong: bold, command: bold };

const render = (markdown: string, width = 80, style = plain): string => renderMarkdown(markdown, { width, style }).text;
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => stringWidth(line)));

describe('text', () => {
  it('is wrapped at words, and a heading of the page is underlined', () => {
    expect(render('# Title\n\nSome words\nthat go on.', 12)).toBe('Title\n─────\n\nSome words\nthat go on.');
  });

  it('collects what it links to, in order and once', () => {
    const { text, links } = renderMarkdown('See [one](one.md), [two](two.md) and [one](one.md).', {
      width: 80,
      style: plain,
    });
    expect(text).toBe('See one, two and one.');
    expect(links).toEqual(['one.md', 'two.md']);
  });

  it('keeps code as it is, and cuts a line that is too long where it must', () => {
    expect(render('```\na  b\n```', 20)).toBe('    a  b');
    expect(widest(render(`\`\`\`\n${'x'.repeat(200)}\n\`\`\``, 40))).toBeLessThanOrEqual(40);
  });

  it('shows comparison signs and quotes as they were written', () => {
    expect(render('`a < b && "c"` is 5 > 4')).toBe('a < b && "c" is 5 > 4');
  });

  it('goes on under the text of an item, not under its bullet', () => {
    expect(render('- one two three\n- four', 11)).toBe('• one two\n  three\n• four');
    expect(render('3. three\n4. four\n   - below')).toBe('3. three\n4. four\n   • below');
  });

  it('carries a colour over to the next line', () => {
    const [first, second] = render('**one two**', 4, painted).split('\n');
    expect([first, second]).toEqual([bold('one'), bold('two')]);
  });
});

describe('a table', () => {
  const table = (cells: readonly string[][]): string =>
    [cells[0], cells[0]?.map(() => '---'), ...cells.slice(1)].map((row) => `| ${(row ?? []).join(' | ')} |`).join('\n');

  it('is as narrow as what it holds', () => {
    expect(
      render(
        table([
          ['a', 'b'],
          ['one', 'two'],
        ]),
      ),
    ).toBe('a    b\n───  ───\none  two');
  });

  it('wraps its cells, with air between the rows, when it is too wide', () => {
    const text = render(
      table([
        ['state', 'what happens'],
        ['OPEN', 'it is refused at once'],
        ['CLOSED', 'made'],
      ]),
      24,
    );
    expect(text.split('\n')).toEqual([
      'state   what happens',
      '──────  ────────────────',
      'OPEN    it is refused at',
      '        once',
      '',
      'CLOSED  made',
    ]);
  });

  it('becomes a paragraph for each row where its columns would be too narrow to read', () => {
    const head = ['way', 'good for', 'bad for', 'costs'];
    const text = render(table([head, ['cache', 'many readers of the same', 'few', 'memory']]), 30);
    expect(text).toBe('cache\n  good for: many readers of\n    the same\n  bad for: few\n  costs: memory');
  });

  it('never gets wider than the screen, whatever it holds', () => {
    const words = fc
      .array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 12 })
      .map((all) => all.join(' '));
    const anything = fc.array(fc.array(words, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        anything,
        fc.integer({ min: 40, max: 120 }),
        (cells, width) => widest(render(table(cells), width)) <= width,
      ),
    );
  });
});

const fenced = (source: string): string => `\`\`\`mermaid\n${source}\n\`\`\``;

describe('a diagram', () => {
  it('of a flow is a tree that is followed from its beginning, with what stands on the arrows', () => {
    const source =
      'flowchart LR\n  app[Customer] --> gw[api-gateway]\n  gw -->|POST| o[orders] -.-> mq[(broker)]\n  gw --> r[menus]';
    expect(render(fenced(source))).toBe(
      ['  Customer', '  └─► api-gateway', '      ├─ POST ─► orders', '      │   └╌► broker', '      └─► menus'].join(
        '\n',
      ),
    );
  });

  it('of states ends where it comes round again', () => {
    const source = 'stateDiagram-v2\n  [*] --> CLOSED\n  CLOSED --> OPEN: fails\n  OPEN --> CLOSED: works';
    expect(render(fenced(source))).toBe(
      ['  start', '  └─► CLOSED', '      └─ fails ─► OPEN', '          └─ works ─► CLOSED ↑'].join('\n'),
    );
  });

  it('of a sequence has lifelines, and arrows that end at them', () => {
    const source = 'sequenceDiagram\n  participant A as app\n  A->>B: ask\n  B-->>A: answer';
    expect(render(fenced(source), 38)).toBe(
      [
        '         app                B',
        '           │       ask       │',
        '           │────────────────►│',
        '           │     answer      │',
        '           │◄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│',
        '           │                 │',
      ].join('\n'),
    );
  });

  it('of a sequence is a list where there is no room for lifelines', () => {
    const source = 'sequenceDiagram\n  A->>B: ask\n  B->>C: pass on\n  Note over C: thinks';
    expect(render(fenced(source), 40)).toBe('  1. A ► B: ask\n  2. B ► C: pass on\n  (C: thinks)');
  });

  it('that is not understood is shown as its source', () => {
    expect(render(fenced('pie\n  "a": 1'))).toBe('    pie\n      "a": 1');
  });

  it('is drawn in ASCII where the terminal has nothing else', () => {
    const text = render(fenced('flowchart LR\n  a --> b\n  a --> c'), 80, { ...plain, unicode: false });
    expect(text).toBe('  a\n  +-> b\n  `-> c');
  });
});

const root = defaultContext().root;
const pages = ['docs/guide', 'docs/interview', 'docs/claims'].flatMap((folder) =>
  readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`),
);

test('no line of any page is wider than 80 columns, and every diagram is drawn', { timeout: 60_000 }, () => {
  for (const file of pages) {
    const text = render(readFileSync(path.join(root, file), 'utf8').replace(/^---\n.*?\n---\n/s, ''));
    expect(widest(text), file).toBeLessThanOrEqual(80);
    expect(text, file).not.toMatch(/flowchart|sequenceDiagram|stateDiagram/);
  }
});
