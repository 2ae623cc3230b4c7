import { Chalk, supportsColor, supportsColorStderr } from 'chalk';
import type { ColorSupportLevel } from 'chalk';

type Paint = (text: string) => string;

/** The colours and signs of everything that the CLI prints, named for what they mean. */
export interface Theme {
  readonly heading: Paint;
  /** Names, values, what the eye should find. */
  readonly strong: Paint;
  readonly muted: Paint;
  readonly ok: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  /** Something to type. */
  readonly command: Paint;
  readonly link: Paint;
  /** A colour of its own for each of several things, stable for the same key. */
  readonly tag: (key: string) => Paint;
  readonly symbols: Symbols;
  /** Whether lines and arrows may be drawn with more than ASCII. */
  readonly unicode: boolean;
}

/** Signs, in plain ASCII where the terminal cannot show others. */
export interface Symbols {
  readonly ok: string;
  readonly bad: string;
  readonly warn: string;
  readonly next: string;
  readonly pending: string;
  readonly bullet: string;
}

const UNICODE: Symbols = { ok: '✓', bad: '✗', warn: '!', next: '→', pending: '·', bullet: '•' };
const ASCII: Symbols = { ok: '+', bad: 'x', warn: '!', next: '->', pending: '.', bullet: '*' };

/**
 * Makes the theme for one stream. Colours appear on a terminal only; `NO_COLOR` turns them off and `FORCE_COLOR` on
 * (no-color.org, force-color.org).
 */
export function createTheme(stream: 'stdout' | 'stderr'): Theme {
  const paint = new Chalk({ level: colourLevel(stream) });
  const tags = [
    paint.cyan,
    paint.magenta,
    paint.yellow,
    paint.green,
    paint.blue,
    paint.cyanBright,
    paint.magentaBright,
  ];
  return {
    heading: paint.bold,
    strong: paint.bold,
    muted: paint.dim,
    ok: paint.green,
    warn: paint.yellow,
    bad: paint.red,
    command: paint.cyan,
    link: paint.underline,
    tag: (key) => tags[hash(key) % tags.length] ?? paint.reset,
    symbols: showsUnicode() ? UNICODE : ASCII,
    unicode: showsUnicode(),
  };
}

function colourLevel(stream: 'stdout' | 'stderr'): ColorSupportLevel {
  // chalk itself knows FORCE_COLOR but not NO_COLOR.
  if (process.env['NO_COLOR'] && !process.env['FORCE_COLOR']) return 0;
  const support = stream === 'stdout' ? supportsColor : supportsColorStderr;
  return support ? support.level : 0;
}

function showsUnicode(): boolean {
  // The Linux console and the legacy Windows console lack the glyphs; Windows Terminal and VS Code have them.
  if (process.platform !== 'win32') return process.env['TERM'] !== 'linux';
  return Boolean(process.env['WT_SESSION']) || process.env['TERM_PROGRAM'] === 'vscode';
}

function hash(key: string): number {
  let value = 0;
  for (const char of key) value = (value * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return value;
}

/** Columns to lay text out for: the terminal's, or 100 where there is none. */
export function outputWidth(): number {
  return process.stdout.columns || 100;
}
