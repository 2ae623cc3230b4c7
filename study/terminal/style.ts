type Paint = (text: string) => string;

/** How a page is painted; the theme of the CLI is one. */
export interface Style {
  readonly heading: Paint;
  readonly strong: Paint;
  readonly muted: Paint;
  /** Code, and what can be typed. */
  readonly command: Paint;
  readonly link: Paint;
  /** Whether lines and arrows may be drawn with more than ASCII. */
  readonly unicode: boolean;
}

/** What tables and diagrams are drawn with. */
export interface Glyphs {
  readonly horizontal: string;
  readonly vertical: string;
  readonly branch: string;
  readonly lastBranch: string;
  readonly right: string;
  readonly left: string;
  readonly bullet: string;
  readonly dashed: string;
  readonly again: string;
}

/** None of them is an emoji anywhere: those take two columns in some terminals. */
const UNICODE: Glyphs = {
  horizontal: '─',
  vertical: '│',
  branch: '├',
  lastBranch: '└',
  right: '►',
  left: '◄',
  bullet: '•',
  dashed: '╌',
  again: '↑',
};
const ASCII: Glyphs = {
  horizontal: '-',
  vertical: '|',
  branch: '+',
  lastBranch: '`',
  right: '>',
  left: '<',
  bullet: '*',
  dashed: '.',
  again: '^',
};

export const glyphsOf = ({ unicode }: Pick<Style, 'unicode'>): Glyphs => (unicode ? UNICODE : ASCII);
