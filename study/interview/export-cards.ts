import { parse } from 'marked';
import type { Card } from './bank.js';

/** All questions as one Markdown text, to be printed or read. */
export function toMarkdown(cards: readonly Card[]): string {
  const parts = cards.map((card) => {
    const lists = [
      ['Key points', card.keyPoints.map(({ point, weight }) => `${point} (${String(weight)})`)],
      ['Mistakes', card.mistakes],
      ['They will ask next', card.followUps.map((next) => titleOf(next, cards))],
    ] as const;
    const about = `${card.topic}, ${card.level}, ${card.kind}, ${String(card.minutes)} min`;
    const sections = lists
      .filter(([, items]) => items.length > 0)
      .map(([title, items]) => `**${title}**\n\n${items.map((item) => `- ${item}`).join('\n')}`);
    return [`## ${card.title}`, `_${about}_`, ...sections, shorter(card.text)].join('\n\n');
  });
  return `# Interview questions\n\n${parts.join('\n\n')}\n`;
}

/**
 * A deck as text that Anki imports (File, Import), with the headers that tell it how: a card keeps its progress there when it is
 * imported again, by its guid.
 */
export function toAnki(cards: readonly Card[], deck: string): string {
  const headers = [
    '#separator:tab',
    '#html:true',
    '#notetype:Basic',
    `#deck:${deck}`,
    '#columns:guid\tFront\tBack\tTags',
    '#guid column:1',
    '#tags column:4',
  ];
  const rows = cards.map((card) => {
    const points = card.keyPoints
      .map(({ point, weight }) => `<li>${escape(point)} <i>(${String(weight)})</i></li>`)
      .join('');
    const mistakes = card.mistakes.map((mistake) => `<li>${escape(mistake)}</li>`).join('');
    const back = [
      `<ul>${points}</ul>`,
      mistakes === '' ? '' : `<b>Mistakes</b><ul>${mistakes}</ul>`,
      parse(withoutLinks(inHalfAMinute(card.text)), { async: false }),
    ].join('');
    const tags = ['quickbite', card.topic, card.level, card.kind].join(' ');
    return [`quickbite-${card.id}`, escape(card.title), back, tags].map(field).join('\t');
  });
  return `${[...headers, ...rows].join('\n')}\n`;
}

/** The short answer of a page: its first section below the title. */
export function inHalfAMinute(text: string): string {
  const [, section = text] = /^## [^\n]*\n(.*?)(?=^## |(?![\s\S]))/ms.exec(text) ?? [];
  return section.trim();
}

/** Links between pages lead nowhere in a deck. */
const withoutLinks = (markdown: string): string => markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');

const titleOf = (idOrText: string, cards: readonly Card[]): string =>
  cards.find(({ id }) => id === idOrText)?.title ?? idOrText;

/** A page's text without its title, one level deeper. */
const shorter = (text: string): string =>
  text
    .replace(/^# .*\n/m, '')
    .replace(/^## /gm, '### ')
    .trim();

/** Quoted, so that tabs, quotes and line ends stay inside. */
const field = (text: string): string =>
  `"${text.replaceAll('\t', ' ').replaceAll(/\r?\n/g, ' ').replaceAll('"', '""')}"`;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
