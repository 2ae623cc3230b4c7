import type { Card } from '@quickbite/study/interview';
import { noSuch } from './no-such.js';

/** The question of that id. @throws ExpectedError that names the nearest one when there is none */
export function findQuestion(id: string, bank: readonly Card[]): Card {
  const found = bank.find((card) => card.id === id);
  if (found) return found;
  const known = bank.map((card) => card.id);
  throw noSuch('question', id, known, { meant: (nearest) => nearest, list: 'quickbite interview' });
}
