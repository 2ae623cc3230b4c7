/** A line of a sequence diagram. */
export type Step =
  | {
      readonly kind: 'message';
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly dashed: boolean;
    }
  | { readonly kind: 'note'; readonly over: readonly string[]; readonly text: string }
  /** The beginning of an `alt`, `else`, `opt`, `loop` or `par`, and the end of one. */
  | { readonly kind: 'frame'; readonly text: string };

/** Who takes part, from left to right, and what happens, from top to bottom. */
export interface Sequence {
  readonly participants: readonly { readonly id: string; readonly label: string }[];
  readonly steps: readonly Step[];
}

/** @returns undefined when a line is not understood */
export function parseSequence(lines: readonly string[]): Sequence | undefined {
  const participants = new Map<string, string>();
  const steps: Step[] = [];
  const known = (id: string): string => {
    if (!participants.has(id)) participants.set(id, id);
    return id;
  };
  for (const line of lines) {
    const who = /^(?:participant|actor)\s+([\w-]+)(?:\s+as\s+(.+))?$/.exec(line);
    const message = /^([\w-]+?)\s*(-{1,2})(?:>>|>|x|\))[+-]?\s*([\w-]+)\s*:\s*(.+)$/.exec(line);
    const note = /^Note (?:over|right of|left of) ([\w-]+(?:\s*,\s*[\w-]+)*)\s*:\s*(.+)$/i.exec(line);
    const frame = /^(alt|else|opt|loop|par|and|critical|option)\b\s*(.*)$/.exec(line);
    if (who) participants.set(who[1] ?? '', who[2] ?? who[1] ?? '');
    else if (message) {
      const [, from = '', dashes, to = '', text = ''] = message;
      steps.push({ kind: 'message', from: known(from), to: known(to), text, dashed: dashes === '--' });
    } else if (note) {
      const over = (note[1] ?? '').split(',').map((id) => known(id.trim()));
      steps.push({ kind: 'note', over, text: note[2] ?? '' });
    } else if (frame) {
      steps.push({ kind: 'frame', text: [frame[1], frame[2]].filter(Boolean).join(': ') });
    } else if (line === 'end') steps.push({ kind: 'frame', text: '' });
    else if (line !== 'autonumber') return undefined;
  }
  return { participants: [...participants].map(([id, label]) => ({ id, label })), steps };
}
