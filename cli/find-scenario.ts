import { ExpectedError } from '@quickbite/runtime/errors';
import { catalog } from '@quickbite/scenarios/catalog';
import type { Scenario } from '@quickbite/scenarios/protocol';
import { nearestName } from './nearest-name.js';

/** The scenario of that id. @throws ExpectedError that names the nearest one when there is none */
export function findScenario(id: string): Scenario {
  const found = catalog.find((scenario) => scenario.id === id);
  if (found) return found;
  const meant = nearestName(
    id,
    catalog.map((scenario) => scenario.id),
  );
  throw new ExpectedError(`There is no scenario "${id}".`, {
    next: meant ? `Did you mean "quickbite scenario ${meant}"?` : 'List them with "quickbite scenario".',
    exitCode: 2,
  });
}
