import { joinPhrases, meaningOf } from './thesaurus.js';

/** A sentence as the stems of its words, in order, and which of them it denies. */
export interface Sentence {
  readonly stems: readonly string[];
  /** Positions in `stems` of the words after a `not` or its like. */
  readonly denied: readonly number[];
}

/** Words that say nothing about what is meant. `not`, `before`, `after` and the like are no such words. */
const EMPTY = new Set(
  (
    'a an the this that these those it its they them their he she his her we our you your i my me who which what whose there here ' +
    'is are was were be been being am do does did done has have had having will would shall should can could may might must ' +
    'of to in on at by for from with as into onto and or but so then than too also very just only even still such ' +
    'if when while where because since get gets got make makes made let lets thing things way something some any'
  ).split(' '),
);

const DENIALS = new Set([
  'not',
  'no',
  'never',
  'nobody',
  'none',
  'nothing',
  'neither',
  'nor',
  'cannot',
  'without',
  'nt',
]);

/** `not` denies so many of the words after it. */
const REACH_OF_DENIAL = 2;

/** Splits a text into sentences of stems. Hyphens, slashes and case do not matter; numbers are words. */
export function sentencesOf(text: string): readonly Sentence[] {
  const plain = text
    .toLowerCase()
    .replace(/n['’]t\b/g, ' not')
    .replace(/['’](?:s|re|ve|d|ll)\b/g, '');
  return joinPhrases(plain)
    .split(/[.!?;:]+(?=\s|$)|\n+/)
    .map(sentenceOf)
    .filter(({ stems }) => stems.length > 0);
}

function sentenceOf(text: string): Sentence {
  const stems: string[] = [];
  const denied: number[] = [];
  for (const word of text.match(/[\p{L}\p{N}]+(?:\.\p{N}+)*/gu) ?? []) {
    if (DENIALS.has(word)) denied.push(...Array.from({ length: REACH_OF_DENIAL }, (_, n) => stems.length + n));
    else if (!EMPTY.has(word)) stems.push(meaningOf(word));
  }
  return { stems, denied: denied.filter((at) => at < stems.length) };
}
