import type { Answer } from '../progress/index.js';

/** A whole answer to a question, for tests that are about something else. */
export function someAnswer(question: string, changes: Partial<Answer> = {}): Answer {
  return {
    question,
    at: '2026-01-31T10:00:00.000Z',
    how: 'typed',
    text: 'It fails fast.',
    seconds: 60,
    covered: ['fails fast'],
    missed: ['half-open lets one call through'],
    mistakes: [],
    rating: 'hard',
    card: {
      due: '2026-02-01T10:00:00.000Z',
      stability: 1.2,
      difficulty: 6,
      elapsed_days: 0,
      scheduled_days: 1,
      learning_steps: 0,
      reps: 1,
      lapses: 0,
      state: 2,
      last_review: '2026-01-31T10:00:00.000Z',
    },
    ...changes,
  };
}
