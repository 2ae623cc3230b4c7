/** An arrow of a flowchart or a state diagram. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly dashed: boolean;
}

/** Nodes by their ids, with what is written on them, and the arrows between them, in the order of the source. */
export interface Graph {
  readonly labels: ReadonlyMap<string, string>;
  readonly edges: readonly Edge[];
}

const NODE = String.raw`(\[\*\]|[\w-]+?)(?:\[\("?(.+?)"?\)\]|\[\["?(.+?)"?\]\]|\["?(.+?)"?\]|\(\["?(.+?)"?\]\)|\("?(.+?)"?\)|\{"?(.+?)"?\})?`;
const ARROW = String.raw`\s*(-->|-\.->|==>|---)(?:\|"?(.+?)"?\|)?\s*`;
const STEP = new RegExp(`^${ARROW}${NODE}(?=\\s*(?:-->|-\\.->|==>|---|:|$))`);
const START = new RegExp(`^${NODE}(?=\\s*(?:-->|-\\.->|==>|---|:|$))`);

/** @returns undefined when a line is not understood */
export function parseGraph(lines: readonly string[]): Graph | undefined {
  const labels = new Map<string, string>();
  const edges: Edge[] = [];
  const name = (match: readonly (string | undefined)[], at: number): string => {
    const id = match[at] ?? '';
    const label = match.slice(at + 1, at + 7).find((part) => part !== undefined);
    if (label !== undefined || !labels.has(id)) labels.set(id, label ?? (id === '[*]' ? 'start' : id));
    return id;
  };
  for (const line of lines) {
    if (/^(direction|classDef|class|style|linkStyle|subgraph|end)\b/.test(line)) continue;
    const start = START.exec(line);
    if (!start) return undefined;
    let from = name(start, 1);
    let rest = line.slice(start[0].length);
    for (let step = STEP.exec(rest); step; step = STEP.exec(rest)) {
      const to = name(step, 3);
      rest = rest.slice(step[0].length);
      const [, stateLabel = ''] = /^\s*:\s*(.+)$/.exec(rest) ?? [];
      if (stateLabel !== '') rest = '';
      const label = step[2] ?? stateLabel;
      edges.push({ from, to: to === '[*]' ? 'end of it' : to, label, dashed: step[1] === '-.->' });
      if (to === '[*]') labels.set('end of it', 'end');
      from = to;
    }
    if (rest.trim() !== '') return undefined;
  }
  return edges.length === 0 ? undefined : { labels, edges };
}
