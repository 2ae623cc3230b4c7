import type { Token, Tokens } from 'marked';
import type { Style } from './style.js';

/** Painted text of what stands inside a paragraph, and the targets that it links to. */
export function renderInline(tokens: readonly Token[], style: Style, links: Set<string>): string {
  return tokens.map((token) => one(token as Tokens.Generic, style, links)).join('');
}

function one(token: Tokens.Generic, style: Style, links: Set<string>): string {
  const inner = (): string => renderInline(token.tokens ?? [], style, links);
  switch (token.type) {
    case 'strong':
    case 'em':
      return style.strong(inner());
    case 'codespan':
      return style.command(plain(token['text']));
    case 'link': {
      const { href } = token as Tokens.Link;
      links.add(href);
      return style.link(inner());
    }
    case 'br':
      return '\n';
    case 'text':
      return token.tokens ? inner() : unbroken(plain(token['text']));
    case 'escape':
      return plain(token['text']);
    default:
      return token.raw;
  }
}

/** A line break in the source is a space on the screen. */
const unbroken = (text: string): string => text.replaceAll('\n', ' ');

/** marked leaves HTML's escapes in code and text where the author wrote them. */
function plain(text: unknown): string {
  return String(text)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
