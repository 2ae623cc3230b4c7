import type { Edge, Graph } from './mermaid-graph.js';
import { glyphsOf } from './style.js';
import type { Glyphs, Style } from './style.js';
import { columnsOf, wrap } from './wrap.js';

/**
 * A graph as a tree, followed from the nodes that nothing leads to: what an arrow says stands on it. A node that was followed
 * already is marked and not followed again, so that a circle ends.
 */
export function drawTree(
  { labels, edges }: Graph,
  { width, style }: { readonly width: number; readonly style: Style },
): readonly string[] {
  const glyphs = glyphsOf(style);
  const followed = new Set<string>();
  const label = (id: string): string => (labels.get(id) ?? id).replaceAll(/<br\s*\/?>/g, ' ');
  const lines: string[] = [];

  const follow = (id: string, indent: string): void => {
    followed.add(id);
    const leaving = edges.filter(({ from }) => from === id);
    leaving.forEach((edge, n) => {
      const last = n === leaving.length - 1;
      const again = followed.has(edge.to);
      const arrow = `${indent}${style.muted(arrowOf(edge, last, glyphs))} `;
      const more = `${indent}${style.muted(last ? ' ' : glyphs.vertical)}   `;
      const deadEnd = !edges.some(({ from }) => from === edge.to);
      const target = `${style.strong(label(edge.to))}${again && !deadEnd ? style.muted(` ${glyphs.again}`) : ''}`;
      const room = width - columnsOf(arrow);
      const [first = '', ...others] = wrap(target, Math.max(20, room));
      lines.push(arrow + first, ...others.map((line) => `${more}${line}`));
      if (!again) follow(edge.to, more);
    });
  };

  const ids = [...labels.keys()];
  const roots = ids.filter((id) => !edges.some(({ to }) => to === id));
  for (const id of [...roots, ...ids]) {
    if (followed.has(id) || !edges.some(({ from }) => from === id)) continue;
    lines.push(style.strong(label(id)));
    follow(id, '');
  }
  return lines;
}

function arrowOf({ label, dashed }: Edge, last: boolean, glyphs: Glyphs): string {
  const line = dashed ? glyphs.dashed : glyphs.horizontal;
  const said = label === '' ? line : `${line} ${label.replaceAll(/<br\s*\/?>/g, ' ')} ${line}`;
  return `${last ? glyphs.lastBranch : glyphs.branch}${said}${glyphs.right}`;
}
