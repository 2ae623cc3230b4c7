const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

/** Splits a line typed by a person into words, with Redis's quoting rules; undefined when the quotes do not match. */
export function splitInline(line: string): string[] | undefined {
  const words: string[] = [];
  let position = 0;
  for (;;) {
    while (isSpace(line[position])) position += 1;
    if (position >= line.length) return words;
    let word = '';
    while (position < line.length && !isSpace(line[position])) {
      const character = line.charAt(position);
      if (character !== '"' && character !== "'") {
        word += character;
        position += 1;
        continue;
      }
      const quoted = readQuoted(line, position);
      if (quoted === undefined) return undefined;
      word += quoted.text;
      position = quoted.end;
    }
    words.push(word);
  }
}

function readQuoted(line: string, start: number): { text: string; end: number } | undefined {
  const quote = line.charAt(start);
  let text = '';
  let position = start + 1;
  while (position < line.length) {
    const character = line.charAt(position);
    if (character === quote) {
      const next = line[position + 1];
      return next === undefined || isSpace(next) ? { text, end: position + 1 } : undefined;
    }
    const escape = character === '\\' ? readEscape(line, position, quote) : undefined;
    text += escape?.text ?? character;
    position += escape?.length ?? 1;
  }
  return undefined;
}

function readEscape(line: string, position: number, quote: string): { text: string; length: number } | undefined {
  const next = line[position + 1];
  if (next === undefined) return undefined;
  if (quote === "'") return next === "'" ? { text: "'", length: 2 } : undefined;
  const hex = /^x([0-9a-f]{2})/i.exec(line.slice(position + 1, position + 4))?.[1];
  if (hex !== undefined) return { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 4 };
  return { text: ESCAPES[next] ?? next, length: 2 };
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && ' \n\r\t\v\f\0'.includes(character);
}
