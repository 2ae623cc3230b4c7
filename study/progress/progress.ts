import { z } from 'zod';

/** The version of the file that this code reads and writes. A change that older code could misread is a new version. */
export const PROGRESS_VERSION = 1;

const time = z.iso.datetime();

/** What the scheduler knows of a question after an answer: a card of FSRS, under the field names of ts-fsrs. */
const card = z.looseObject({
  due: time,
  stability: z.number(),
  difficulty: z.number(),
  elapsed_days: z.number(),
  scheduled_days: z.number(),
  learning_steps: z.number(),
  reps: z.number(),
  lapses: z.number(),
  state: z.number(),
  last_review: time.optional(),
});

const answer = z.looseObject({
  /** Id of the question. */
  question: z.string(),
  at: time,
  how: z.enum(['typed', 'aloud']),
  /** What was typed. */
  text: z.string().optional(),
  seconds: z.number().nonnegative(),
  /** Key points in their own words, so that they outlive a card that is edited. */
  covered: z.array(z.string()),
  missed: z.array(z.string()),
  mistakes: z.array(z.string()).default([]),
  rating: z.enum(['again', 'hard', 'good', 'easy']),
  card,
  /** Id of the mock session that it belongs to. */
  session: z.string().optional(),
});

const session = z.looseObject({
  id: z.string(),
  kind: z.enum(['system-design', 'mixed']),
  startedAt: time,
  endedAt: time,
  /** The written report, relative to the folder of this file. */
  report: z.string(),
});

/**
 * What a person has read and answered. Objects keep what they do not know: a field that a later release adds within this version survives
 * a write by this one.
 */
export const progressSchema = z.looseObject({
  version: z.literal(PROGRESS_VERSION),
  /** When each concept's page was last read. */
  read: z.record(z.string(), time),
  /** All answers, oldest first; the card of a question is that of its latest. */
  answers: z.array(answer),
  sessions: z.array(session),
});

export type Progress = z.infer<typeof progressSchema>;
export type Answer = z.infer<typeof answer>;
export type StoredCard = z.infer<typeof card>;
export type Session = z.infer<typeof session>;
export type Rating = Answer['rating'];

/** Nothing read, nothing answered. */
export const noProgress = (): Progress => ({ version: PROGRESS_VERSION, read: {}, answers: [], sessions: [] });

/** The latest answer to each question, by its id. */
export function latestAnswers(progress: Progress): ReadonlyMap<string, Answer> {
  return new Map(progress.answers.map((given) => [given.question, given]));
}
