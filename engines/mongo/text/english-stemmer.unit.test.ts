import { expect, it } from 'vitest';
import { stem } from './english-stemmer.js';

it.each([
  ['pizzas', 'pizza'],
  ['noodles', 'noodl'],
  ['curries', 'curri'],
  ['curry', 'curri'],
  ['deliveries', 'deliveri'],
  ['delivery', 'deliveri'],
  ['running', 'run'],
  ['hoping', 'hope'],
  ['hopping', 'hop'],
  ['consigned', 'consign'],
  ['consistency', 'consist'],
  ['consolation', 'consol'],
  ['knackeries', 'knackeri'],
  ['knightly', 'knight'],
  ['generously', 'generous'],
  ['communication', 'communic'],
  ['agreed', 'agre'],
  ['ties', 'tie'],
  ['cries', 'cri'],
  ['gas', 'gas'],
  ['kiwis', 'kiwi'],
  ['skies', 'sky'],
  ['rational', 'ration'],
  ['conditional', 'condit'],
  ['relational', 'relat'],
  ['youth', 'youth'],
  ['sayings', 'say'],
  ['controlling', 'control'],
  ['vegetarian', 'vegetarian'],
  ['at', 'at'],
])('reduces %s to %s, as the vocabulary of Snowball does', (word, stemmed) => {
  expect(stem(word)).toBe(stemmed);
});
