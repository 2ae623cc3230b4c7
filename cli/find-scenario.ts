import { catalog } from '@quickbite/scenarios/catalog';
import type { Scenario } from '@quickbite/scenarios/protocol';
import { noSuch } from './no-such.js';

/** The scenario of that id. @throws ExpectedError that names the nearest one when there is none */
export function findScenario(id: string): Scenario {
  const found = catalog.find((scenario) => scenario.id === id);
  if (found) return found;
  const known = catalog.map((scenario) => scenario.id);
  throw noSuch('scenario', id, known, {
    meant: (nearest) => `quickbite scenario ${nearest}`,
    list: 'quickbite scenario',
  });
}
