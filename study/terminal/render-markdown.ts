import { lexer } from 'marked';
import type { Token, Tokens } from 'marked';
import { renderInline } from './inline.js';
import { renderMermaid } from './mermaid.js';
import { glyphsOf } from './style.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';
import { columnsOf, wrap } from './wrap.js';

/** A page for the terminal. */
export interface Rendered {
  readonly text: string;
  /** What it links to, as written, in the order of appearance. */
  readonly links: readonly string[];
}

/** @param options.width columns that no line is longer than */
export function renderMarkdown(
  markdown: string,
  { width, style }: { readonly width: number; readonly style: Style },
): Rendered {
  const links = new Set<string>();
  const lines = blocks(lexer(markdown), { width, style, links });
  return { text: lines.join('\n'), links: [...links] };
}

interface Context {
  readonly width: number;
  readonly style: Style;
  readonly links: Set<string>;
}

/** Blocks with an empty line between them. */
function blocks(tokens: readonly Token[], context: Context): readonly string[] {
  const drawn = tokens.map((token) => block(token as Tokens.Generic, context)).filter((lines) => lines.length > 0);
  return drawn.flatMap((lines, n) => (n > 0 ? ['', ...lines] : lines));
}

function block(token: Tokens.Generic, context: Context): readonly string[] {
  const { width, style, links } = context;
  const inline = (tokens: readonly Token[] | undefined): string => renderInline(tokens ?? [], style, links);
  switch (token.type) {
    case 'heading':
      return headingLines(inline(token.tokens), token['depth'] === 1, context);
    case 'paragraph':
    case 'text':
      return wrap(token.tokens ? inline(token.tokens) : token.raw, width);
    case 'list':
      return listLines(token as Tokens.List, context);
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      return renderTable(
        header.map((cell) => inline(cell.tokens)),
        rows.map((row) => row.map((cell) => inline(cell.tokens))),
        { width, style },
      );
    }
    case 'code': {
      const { lang, text } = token as Tokens.Code;
      const diagram = lang === 'mermaid' ? renderMermaid(text, { width: width - 2, style }) : undefined;
      return diagram ? diagram.map((line) => `  ${line}`.trimEnd()) : codeLines(text, context);
    }
    case 'blockquote':
      return blocks(token.tokens ?? [], { ...context, width: width - 2 }).map(
        (line) => `${style.muted(glyphsOf(style).vertical)} ${line}`,
      );
    case 'hr':
      return [style.muted(glyphsOf(style).horizontal.repeat(width))];
    default:
      return [];
  }
}

function headingLines(text: string, first: boolean, { width, style }: Context): readonly string[] {
  const lines = wrap(style.heading(text), width);
  if (!first) return lines;
  return [...lines, style.muted(glyphsOf(style).horizontal.repeat(Math.max(...lines.map(columnsOf))))];
}

function listLines(list: Tokens.List, context: Context): readonly string[] {
  return list.items.flatMap((item, n) => {
    const marker = list.ordered ? `${String((list.start || 1) + n)}. ` : `${glyphsOf(context.style).bullet} `;
    const inside = blocks(item.tokens, { ...context, width: context.width - marker.length });
    // A list in a list needs no empty line above it.
    const tight = list.loose ? inside : inside.filter((line) => line !== '');
    const lines = tight.map((line, row) => ((row === 0 ? marker : ' '.repeat(marker.length)) + line).trimEnd());
    return list.loose && n > 0 ? ['', ...lines] : lines;
  });
}

function codeLines(text: string, { width, style }: Context): readonly string[] {
  const room = width - 4;
  return text.split('\n').flatMap((line) => {
    const pieces = line.length <= room ? [line] : (line.match(new RegExp(`.{1,${String(room - 2)}}`, 'g')) ?? []);
    return pieces.map((piece, n) => (piece === '' ? '' : `    ${n > 0 ? '  ' : ''}${style.command(piece)}`));
  });
}
