import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import type { RuntimeContext } from '@quickbite/runtime/stack';
import { runsFolder } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { listRuns } from '@quickbite/scenarios/protocol';
import type { RunRecord } from '@quickbite/scenarios/protocol';
import { followUpOf, judge, planMixedRound, quoteEvidence, reportOf } from '@quickbite/study/interview';
import type { Asked, Attempt, Card, Rehearsal } from '@quickbite/study/interview';
import type { Answer, Session } from '@quickbite/study/progress';
import { addAnswer, addSession, readProgress, studyFolder } from '@quickbite/study/progress';
import { renderMarkdown } from '@quickbite/study/terminal';
import { outputWidth } from '../presentation/theme.js';
import type { Theme } from '../presentation/theme.js';
import { askCard } from './ask-card.js';
import { askInParts } from './ask-in-parts.js';
import { choose } from './prompts.js';
import { takeAnswer } from './take-answer.js';
import type { Way } from './take-answer.js';

/** What is rehearsed. */
export interface Round {
  readonly context: RuntimeContext;
  readonly bank: readonly Card[];
  /** Those that may be asked first. */
  readonly wanted: readonly Card[];
  readonly round: Session['kind'];
  readonly way: Way;
  /** Questions of a mixed round. */
  readonly count: number;
}

interface Surroundings {
  readonly theme: Theme;
  readonly signal: AbortSignal;
}

/** A follow-up is asked when at least so much weight was missed: one essential point, or two expected ones. */
const WORTH_ASKING = 3;

/** Holds a session and writes its report, also when it is ended early with at least one answer. */
export async function rehearse(round: Round, surroundings: Surroundings): Promise<void> {
  const questions = questionsOf(round);
  const startedAt = new Date().toISOString();
  const session = startedAt.replace(/[-:]|\.\d+/g, '');
  const rehearsal = { kind: round.round, startedAt, asked: [], alsoAsked: [], parts: [] } as Mutable;
  const asking = new Asking(round, surroundings, session, rehearsal, await listRuns(runsFolder(round.context.home)));
  try {
    for (const [n, card] of questions.entries()) {
      await asking.ask(card, `question ${String(n + 1)} of ${String(questions.length)}`);
      if (n + 1 < questions.length && !(await goesOn(surroundings))) break;
    }
  } finally {
    // Ended with Ctrl-C: what was answered is worth a report.
    if (rehearsal.asked.length > 0) await finish(round, rehearsal, session, surroundings.theme);
  }
}

type Mutable = {
  -readonly [K in keyof Omit<Rehearsal, 'endedAt'>]: Rehearsal[K] extends readonly (infer Item)[]
    ? Item[]
    : Rehearsal[K];
};

function questionsOf({ round, wanted, count }: Round): readonly Card[] {
  const inParts = wanted.filter(({ keyPoints }) => keyPoints.some(({ part }) => part !== undefined));
  const questions =
    round === 'mixed' ? planMixedRound(wanted, count, Math.random) : planMixedRound(inParts, 1, Math.random);
  if (questions.length > 0) return questions;
  throw new ExpectedError(`No question is there for a ${round} round with these filters.`, {
    next: 'Leave out a filter, or list what there is with "quickbite interview".',
    exitCode: 2,
  });
}

/** Asks a question and what follows from the answer. */
class Asking {
  private readonly round: Round;
  private readonly surroundings: Surroundings;
  private readonly session: string;
  private readonly rehearsal: Mutable;
  private readonly runs: readonly RunRecord[];

  constructor(
    round: Round,
    surroundings: Surroundings,
    session: string,
    rehearsal: Mutable,
    runs: readonly RunRecord[],
  ) {
    this.round = round;
    this.surroundings = surroundings;
    this.session = session;
    this.rehearsal = rehearsal;
    this.runs = runs;
  }

  async ask(card: Card, place: string): Promise<void> {
    const answer = await this.judged(card, place);
    const asked = new Set([...this.rehearsal.asked.map((one) => one.card.id), ...this.rehearsal.alsoAsked]);
    const weights = new Map(card.keyPoints.map(({ point, weight }) => [point, weight]));
    const missed = answer.missed.reduce((sum, point) => sum + (weights.get(point) ?? 0), 0);
    const next = missed < WORTH_ASKING ? undefined : followUpOf(card, answer.missed, this.round.bank, asked);
    if (!next) return;
    if ('card' in next) await this.judged(next.card, 'follow-up', card.id);
    else await this.inWords(next.words, card);
  }

  private async judged(card: Card, place: string, after?: string): Promise<Answer> {
    const { way, context, round } = this.round;
    const options = { way, ...this.surroundings, place, timed: true, session: this.session };
    let attempt: Attempt;
    if (round === 'system-design' && after === undefined) {
      const taken = await askInParts(card, options);
      attempt = taken.attempt;
      this.rehearsal.parts.push(...taken.parts);
    } else attempt = await askCard(card, options);
    const answer = judge(card, attempt, await readProgress(context.home));
    await addAnswer(context.home, answer);
    this.rehearsal.asked.push({
      card,
      answer,
      after,
      evidence: quoteEvidence(card, this.runs, answer),
    } satisfies Asked);
    return answer;
  }

  private async inWords(words: string, { minutes }: Card): Promise<void> {
    const { theme } = this.surroundings;
    process.stdout.write(`\n${theme.muted('follow-up')}\n${theme.heading(words)}\n\n`);
    await takeAnswer(this.round.way, { ...this.surroundings, target: (minutes * 60) / 2 });
    this.rehearsal.alsoAsked.push(words);
  }
}

async function goesOn({ theme, signal }: Surroundings): Promise<boolean> {
  process.stdout.write(`\n${theme.muted('No clock runs now: take the pause that you need.')}\n`);
  const choices = [
    { name: 'Next question', value: 'next' },
    { name: 'End the session', value: 'stop' },
  ];
  return (await choose('Go on?', choices, signal)) === 'next';
}

async function finish(
  { context, round }: Round,
  rehearsal: Omit<Rehearsal, 'endedAt'>,
  id: string,
  theme: Theme,
): Promise<void> {
  const endedAt = new Date().toISOString();
  const report = reportOf({ ...rehearsal, endedAt }, catalog);
  const file = path.join('reports', `${id}-${round}.md`);
  const full = path.join(studyFolder(context.home), file);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, report);
  await addSession(context.home, { id, kind: round, startedAt: rehearsal.startedAt, endedAt, report: file });
  const { text } = renderMarkdown(report, { width: Math.min(outputWidth(), 100), style: theme });
  process.stdout.write(`\n${text.trimEnd()}\n\nThe report is in ${full}.\n`);
}
