const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** A command as MONITOR shows it: Unix time, database and where it came from (`lua` for a script), then its words in quotes. */
export function monitorLine(now: number, database: number, source: string, args: readonly string[]): string {
  const words = args.map((word) => `"${word.replace(/["\\]|[^ -~]/g, escapeByte)}"`).join(' ');
  return `${(now / 1000).toFixed(6)} [${database} ${source}] ${words}`;
}

function escapeByte(character: string): string {
  return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
