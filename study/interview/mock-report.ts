import type { Scenario } from '@quickbite/scenarios/protocol';
import type { Answer, Session } from '../progress/index.js';
import type { Card } from './bank.js';
import type { Evidence } from './quote-evidence.js';
import { shareOf } from './statistics.js';

/** A question of a session and what came of it. */
export interface Asked {
  readonly card: Card;
  readonly answer: Answer;
  /** Id of the question that it followed. */
  readonly after?: string | undefined;
  readonly evidence: Evidence;
}

/** A session that has ended. */
export interface Rehearsal {
  readonly kind: Session['kind'];
  readonly startedAt: string;
  readonly endedAt: string;
  readonly asked: readonly Asked[];
  /** Follow-ups in words, which have no key points. */
  readonly alsoAsked: readonly string[];
  /** Parts of a system design session and the seconds that each took. */
  readonly parts: readonly { readonly title: string; readonly minutes: number; readonly seconds: number }[];
}

const TITLES = { 'system-design': 'System design', mixed: 'Mixed technical round' } as const;

/** The written report: what was covered, missed and mistaken, what to read and which scenario to run. */
export function reportOf(rehearsal: Rehearsal, catalog: readonly Scenario[]): string {
  const { kind, startedAt, asked, parts, alsoAsked } = rehearsal;
  const shares = asked.map(({ card, answer }) => shareOf(card, answer));
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  const sections = [
    `# ${TITLES[kind]}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    `${String(asked.length)} ${asked.length === 1 ? 'question' : 'questions'}, ${percent(mean)} of the weight of their key points covered.`,
    table(parts),
    ...asked.map(ofQuestion),
    list('Asked without key points', alsoAsked),
    list('Read', toRead(asked)),
    list('Run', toRun(asked, catalog)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function table(parts: Rehearsal['parts']): string {
  if (parts.length === 0) return '';
  const rows = parts.map(
    ({ title, minutes, seconds }) =>
      `| ${title} | ${String(minutes)} min | ${minutesOf(seconds)} | ${seconds > minutes * 60 ? 'over' : 'within'} |`,
  );
  return ['| part | planned | taken | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function ofQuestion({ card, answer, after, evidence }: Asked): string {
  const how = `${percent(shareOf(card, answer))} covered, rated ${answer.rating}, ${minutesOf(answer.seconds)} of ${String(card.minutes)} min`;
  return [
    `## ${card.title}`,
    after === undefined ? `${how}.` : `${how}. Asked because of what was missed before.`,
    list('Covered', answer.covered, 3),
    list('Missed', answer.missed, 3),
    list('Mistakes', answer.mistakes, 3),
    list(
      'Your own numbers',
      evidence.quotes.map(({ sentence, runId }) => `${sentence} (run ${runId})`),
      3,
    ),
    list('Your runs say otherwise', evidence.contradictions, 3),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function list(title: string, items: readonly string[], level = 2): string {
  if (items.length === 0) return '';
  return `${'#'.repeat(level)} ${title}\n\n${items.map((item) => `- ${item}`).join('\n')}`;
}

/** The concepts of what was missed, those with the most missing first. */
function toRead(asked: readonly Asked[]): readonly string[] {
  const weights = new Map<string, number>();
  for (const { card, answer } of asked) {
    const missing = card.keyPoints.filter(({ point }) => answer.missed.includes(point));
    const weight = missing.reduce((sum, point) => sum + point.weight, 0);
    for (const concept of weight > 0 ? card.concepts : []) weights.set(concept, (weights.get(concept) ?? 0) + weight);
  }
  return [...weights].sort(([, a], [, b]) => b - a).map(([concept]) => `\`quickbite learn ${concept}\``);
}

/** The scenarios behind what was missed, those without a run first. */
function toRun(asked: readonly Asked[], catalog: readonly Scenario[]): readonly string[] {
  const wanted = asked
    .filter(({ answer }) => answer.missed.length > 0 || answer.mistakes.length > 0)
    .flatMap((one) => scenariosBehind(one.card, catalog).map((id) => ({ id, ran: !one.evidence.notRun.includes(id) })));
  const ids = wanted.sort((a, b) => Number(a.ran) - Number(b.ran)).map(({ id }) => id);
  return [...new Set(ids)].map((id) => `\`quickbite scenario ${id}\``);
}

/** Those that its evidence comes from; otherwise those that name it, or that show its concepts. */
export function scenariosBehind(card: Card, catalog: readonly Scenario[]): readonly string[] {
  const quoted = card.evidence.map(({ scenario }) => scenario);
  const naming = catalog.filter(({ questions }) => questions.includes(card.id)).map(({ id }) => id);
  const showing = catalog
    .filter(({ concepts }) => concepts.some((id) => card.concepts.includes(id)))
    .map(({ id }) => id);
  return [...new Set([quoted, naming, showing].find((ids) => ids.length > 0) ?? [])];
}

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;

/** e.g. `4:05 min` */
export function minutesOf(seconds: number): string {
  const whole = Math.round(seconds);
  return `${String(Math.floor(whole / 60))}:${String(whole % 60).padStart(2, '0')} min`;
}
