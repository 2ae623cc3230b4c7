import { parseGraph } from './mermaid-graph.js';
import { parseSequence } from './mermaid-sequence.js';
import { drawLifelines } from './draw-lifelines.js';
import { drawTree } from './draw-tree.js';
import type { Style } from './style.js';

/**
 * A Mermaid diagram in text: flowcharts and state diagrams as a tree that is followed from its beginnings, sequence diagrams with
 * their lifelines. Undefined for what it does not understand; the page then shows the source.
 */
export function renderMermaid(
  source: string,
  options: { readonly width: number; readonly style: Style },
): readonly string[] | undefined {
  const lines = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('%%'));
  const [first = '', ...rest] = lines;
  if (/^(flowchart|graph|stateDiagram(-v2)?)\b/.test(first)) {
    const graph = parseGraph(rest);
    return graph && drawTree(graph, options);
  }
  if (first === 'sequenceDiagram') {
    const sequence = parseSequence(rest);
    return sequence && drawLifelines(sequence, options);
  }
  return undefined;
}
