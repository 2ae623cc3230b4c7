import { ExpectedError } from '@quickbite/runtime/errors';
import type { Card } from '@quickbite/study/interview';
import { nearestName } from './nearest-name.js';

/** The question of that id. @throws ExpectedError that names the nearest one when there is none */
export function findQuestion(id: string, bank: readonly Card[]): Card {
  const found = bank.find((card) => card.id === id);
  if (found) return found;
  const meant = nearestName(
    id,
    bank.map((card) => card.id),
  );
  throw new ExpectedError(`There is no question "${id}".`, {
    next: meant ? `Did you mean "${meant}"?` : 'List them with "quickbite interview".',
    exitCode: 2,
  });
}
