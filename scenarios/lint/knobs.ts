import type { ProcessDef } from '@quickbite/runtime/definitions';
import { readDeclaredKnobs, servicesIn } from '../probes/declared-knobs.js';
import { ARMS, CLIENT } from '../protocol/index.js';
import type { Scenario } from '../protocol/index.js';
import { storyOf } from './catalog-folders.js';
import type { Problem } from './problem.js';

/** Each knob that an arm or a variant sets must be one of its service's. */
export async function lintKnobs(
  root: string,
  catalog: readonly Scenario[],
  processes: readonly ProcessDef[],
): Promise<readonly Problem[]> {
  const set = catalog.flatMap((scenario) => {
    const { arms, variants } = scenario.withSettings([]);
    const all = ARMS.flatMap((arm) => [arms[arm], ...Object.values(variants[arm])]);
    return all.flatMap((knobs) =>
      Object.entries(knobs).map(([process, values]) => ({
        scenario,
        service: serviceOf(process, scenario),
        names: Object.keys(values),
      })),
    );
  });
  const problems: Problem[] = [];
  for (const service of new Set(set.map((entry) => entry.service))) {
    if (service === CLIENT) continue;
    const users = set.filter((entry) => entry.service === service);
    const def = servicesIn(processes).find(({ name }) => name === service);
    const known = def ? (await readDeclaredKnobs(root, def)).map((knob) => knob.name) : [];
    for (const { scenario, names } of users) {
      const wrong = names.filter((name) => !known.includes(name));
      problems.push(
        ...wrong.map((name) => ({
          file: storyOf(scenario.id),
          message: `sets the knob "${name}", which ${service} does not have`,
        })),
      );
    }
  }
  return problems.filter(
    (problem, n) =>
      problems.findIndex((other) => other.message === problem.message && other.file === problem.file) === n,
  );
}

/** The service of which a process is an instance: `order-service-2` is one where the scenario boots two. */
function serviceOf(process: string, { needs }: Scenario): string {
  const [, service = '', number = ''] = /^(.+)-(\d+)$/.exec(process) ?? [];
  return Number(number) >= 2 && Number(number) <= (needs.instances[service] ?? 1) ? service : process;
}
