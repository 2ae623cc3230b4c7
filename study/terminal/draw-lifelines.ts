import type { Sequence, Step } from './mermaid-sequence.js';
import { glyphsOf } from './style.js';
import type { Style } from './style.js';
import { centre, columnsOf, wrap } from './wrap.js';

/** Narrower than that, what stands on an arrow does not fit. */
const NARROWEST_LANE = 15;
const WIDEST_LANE = 30;

/** A sequence diagram with its lifelines; as a list of who says what to whom where there is no room for them. */
export function drawLifelines(
  sequence: Sequence,
  { width, style }: { readonly width: number; readonly style: Style },
): readonly string[] {
  const lane = Math.min(WIDEST_LANE, Math.floor(width / sequence.participants.length));
  return lane < NARROWEST_LANE ? asList(sequence, width, style) : drawn(sequence, lane, style);
}

function drawn({ participants, steps }: Sequence, lane: number, style: Style): readonly string[] {
  const glyphs = glyphsOf(style);
  const middle = (n: number): number => n * lane + Math.floor(lane / 2);
  const total = participants.length * lane;
  const at = (id: string): number => participants.findIndex((who) => who.id === id);
  const lifelines = (): string[] => {
    const row = Array.from({ length: total }, () => ' ');
    participants.forEach((_, n) => (row[middle(n)] = glyphs.vertical));
    return row;
  };
  /** The lifelines with a text written over them. */
  const over = (text: string, start: number): string => {
    const row = lifelines();
    const from = Math.max(0, Math.min(start, total - columnsOf(text)));
    return style.muted(row.slice(0, from).join('')) + text + style.muted(row.slice(from + columnsOf(text)).join(''));
  };

  const draw = (step: Step): readonly string[] => {
    if (step.kind === 'frame') {
      const title = step.text === '' ? '' : ` ${step.text} `;
      const line = glyphs.dashed.repeat(Math.max(0, total - columnsOf(title) - 2));
      return [style.muted(`${glyphs.dashed.repeat(2)}${title}${line}`)];
    }
    if (step.kind === 'note') {
      const places = step.over.map(at);
      const [left, right] = [Math.min(...places), Math.max(...places)];
      const centreAt = (middle(left) + middle(right)) / 2;
      return wrap(step.text, Math.max(lane * (right - left + 1), lane * 2) - 4).map((line) =>
        over(style.strong(`( ${line} )`), Math.round(centreAt - columnsOf(line) / 2) - 2),
      );
    }
    const [from, to] = [at(step.from), at(step.to)];
    if (from === to) {
      const room = Math.max(lane, total - middle(from) - 4);
      return wrap(step.text, room).map((line) => over(line, middle(from) + 2));
    }
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const span = middle(right) - middle(left) - 1;
    const texts = wrap(step.text, span - 2).map((line) =>
      over(line, middle(left) + 1 + Math.floor((span - columnsOf(line)) / 2)),
    );
    const shaft = (step.dashed ? glyphs.dashed : glyphs.horizontal).repeat(span - 1);
    return [...texts, over(style.muted(from < to ? shaft + glyphs.right : glyphs.left + shaft), middle(left) + 1)];
  };

  // A name that is too long for its lane breaks at its hyphens, not in the middle of a word.
  const names = participants.map(({ label }) =>
    wrap(columnsOf(label) >= lane ? label.replaceAll('-', '- ') : label, lane - 1),
  );
  const height = Math.max(...names.map((lines) => lines.length));
  const heads = Array.from({ length: height }, (_, y) =>
    names.map((lines) => centre(style.strong(lines[y] ?? ''), lane)).join(''),
  );
  return [...heads, ...steps.flatMap(draw), style.muted(lifelines().join(''))].map((line) => line.trimEnd());
}

function asList({ participants, steps }: Sequence, width: number, style: Style): readonly string[] {
  const { right } = glyphsOf(style);
  const label = (id: string): string => participants.find((who) => who.id === id)?.label ?? id;
  let number = 0;
  return steps.flatMap((step) => {
    if (step.kind === 'frame') return step.text === '' ? [] : [style.muted(step.text)];
    if (step.kind === 'note') return wrap(`(${step.over.map(label).join(', ')}: ${step.text})`, width);
    number += 1;
    const marker = `${String(number)}. `;
    const [first = '', ...more] = wrap(
      `${style.strong(label(step.from))} ${right} ${style.strong(label(step.to))}: ${step.text}`,
      width - marker.length,
    );
    return [marker + first, ...more.map((line) => ' '.repeat(marker.length) + line)];
  });
}
