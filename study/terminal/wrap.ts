import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Lines of at most so many columns; colours go on in the next line. A word that is longer than a line is cut. */
export function wrap(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: true })
    .split('\n')
    .map((line) => line.trimEnd());
}

/** A text filled up with spaces to so many columns. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)));

/** A text in the middle of so many columns. */
export function centre(text: string, width: number): string {
  const before = Math.max(0, Math.floor((width - columnsOf(text)) / 2));
  return pad(' '.repeat(before) + text, width);
}

/** Columns that a text takes on the screen; measured the long way only where it is not plain ASCII. */
export const columnsOf = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text));
