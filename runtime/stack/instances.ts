import type { ProcessDef } from '../definitions/index.js';
import { ExpectedError } from '../errors/index.js';
import { unknownProcess } from './dependency-graph.js';

/** A definition under the name of one of its instances. */
export interface Instance {
  readonly def: ProcessDef;
  /** The name of the definition, for the second and further instances. */
  readonly instanceOf: string | undefined;
}

const MOST = 9;
/** Instances are ten apart, so that they stay beside each other and outside of the ports of other services. */
const PORT_STEP = 10;

/**
 * Every chosen definition as often as it was asked for: `api-gateway`, `api-gateway-2`, ...
 * @param counts instances by the name of the service; 1 where there is none
 * @throws ExpectedError when a count is wrong, or for a process that is not a service of this stack
 */
export function withInstances(defs: readonly ProcessDef[], counts: Readonly<Record<string, number>>): Instance[] {
  for (const [name, count] of Object.entries(counts)) checkCount(name, count, defs);
  return defs.flatMap((def) =>
    Array.from({ length: counts[def.name] ?? 1 }, (_, index): Instance => {
      if (index === 0) return { def, instanceOf: undefined };
      const numbered = { ...def, name: `${def.name}-${index + 1}`, port: def.port + index * PORT_STEP };
      return { def: numbered, instanceOf: def.name };
    }),
  );
}

function checkCount(name: string, count: number, defs: readonly ProcessDef[]): void {
  const services = defs.filter(({ kind }) => kind === 'service');
  if (!services.some((def) => def.name === name)) throw unknownProcess(name, services);
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return;
  throw new ExpectedError(`The number of instances of ${name} must be from 1 to ${MOST}, not ${count}.`, {
    next: `For example "--instances ${name}=2".`,
    exitCode: 2,
  });
}
