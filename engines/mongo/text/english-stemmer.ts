/**
 * Reduces an English word to its stem with the Snowball algorithm ("Porter 2") that mongod uses, so that `pizzas` finds
 * `pizza`. Steps and word lists: https://snowballstem.org/algorithms/english/stemmer.html
 */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z']+$/.test(word)) return word;
  const exception = EXCEPTIONS.get(word);
  if (exception !== undefined) return exception;
  // A y that is a consonant is written Y on the way.
  let stemmed = word.replace(/^'/, '').replace(/^y|(?<=[aeiouy])y/g, 'Y');
  const r1 = region(stemmed, /^(gener|commun|arsen)/.exec(stemmed)?.[0].length);
  const r2 = regionAfter(stemmed, r1);
  stemmed = step1a(stemmed.replace(/('s'|'s|')$/, ''));
  if (INVARIANT_AFTER_1A.has(stemmed)) return stemmed;
  stemmed = step1b(stemmed, r1);
  if (stemmed.length > 2) stemmed = stemmed.replace(/(?<=[^aeiouyY])[yY]$/, 'i');
  stemmed = replaceSuffix(stemmed, r1, STEP_2);
  stemmed = replaceSuffix(stemmed, r1, STEP_3, r2);
  stemmed = step4(stemmed, r2);
  return step5(stemmed, r1, r2).replaceAll('Y', 'y');
}

const EXCEPTIONS = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
]);
const INVARIANT_AFTER_1A = new Set('inning outing canning herring earring proceed exceed succeed'.split(' '));

type Rule = readonly [suffix: string, replacement: string, after?: RegExp | 'in R2'];

const STEP_2: readonly Rule[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
  ['ogi', 'og', /l$/],
  ['li', '', /[cdeghkmnrt]$/],
];
const STEP_3: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ative', '', 'in R2'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];

/** Where the part after the first consonant that follows a vowel begins. */
function region(word: string, known: number | undefined): number {
  return known ?? regionAfter(word, 0);
}

function regionAfter(word: string, from: number): number {
  const found = /[aeiouy][^aeiouy]/.exec(word.slice(from));
  return found === null ? word.length : from + found.index + 2;
}

function step1a(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/(us|ss)$/.test(word)) return word;
  return /[aeiouy].+s$/.test(word) ? word.slice(0, -1) : word;
}

function step1b(word: string, r1: number): string {
  const eed = /eed(ly)?$/.exec(word);
  if (eed !== null) return eed.index >= r1 ? `${word.slice(0, eed.index)}ee` : word;
  const base = /^(.*?)(ingly|edly|ing|ed)$/.exec(word)?.[1];
  if (base === undefined || !/[aeiouy]/.test(base)) return word;
  if (/(at|bl|iz)$/.test(base)) return `${base}e`;
  if (/(bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(base)) return base.slice(0, -1);
  return r1 >= base.length && endsInShortSyllable(base) ? `${base}e` : base;
}

function endsInShortSyllable(word: string): boolean {
  return /[^aeiouy][aeiouy][^aeiouywxY]$/.test(word) || /^[aeiouy][^aeiouy]$/.test(word);
}

function replaceSuffix(word: string, r1: number, rules: readonly Rule[], r2 = 0): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, after] = rule;
  const base = word.slice(0, -suffix.length);
  if (base.length < r1 || (after === 'in R2' && base.length < r2)) return word;
  return after instanceof RegExp && !after.test(base) ? word : base + replacement;
}

function step4(word: string, r2: number): string {
  const suffix = /(ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/.exec(word)?.[0];
  if (suffix === undefined) return word;
  const base = word.slice(0, -suffix.length);
  return base.length < r2 || (suffix === 'ion' && !/[st]$/.test(base)) ? word : base;
}

function step5(word: string, r1: number, r2: number): string {
  const base = word.slice(0, -1);
  if (word.endsWith('e') && (base.length >= r2 || (base.length >= r1 && !endsInShortSyllable(base)))) return base;
  return word.endsWith('ll') && base.length >= r2 ? base : word;
}
