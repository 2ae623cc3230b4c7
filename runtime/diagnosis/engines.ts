import type { ProcessDef } from '../definitions/index.js';
import { chooseSource } from '../launchers/index.js';
import type { Finding } from './finding.js';

/** Which engines come from where, and why. Embedded is no fault: the lab runs with nothing installed. */
export async function checkEngines(catalogue: readonly ProcessDef[]): Promise<Finding[]> {
  const engines = catalogue.filter((def) => def.kind === 'engine');
  return Promise.all(
    engines.map(async (def): Promise<Finding> => {
      const { source, why } = await chooseSource(def, undefined);
      return { category: 'engines', name: def.name, status: 'ok', message: `${source}: ${why}` };
    }),
  );
}
