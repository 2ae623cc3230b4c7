import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toxiproxy } from '@quickbite/runtime/definitions';
import type { ServiceDef } from '@quickbite/runtime/definitions';
import { defaultContext } from '@quickbite/runtime/stack';
import type { RuntimeContext } from '@quickbite/runtime/stack';
import type { Experiment } from '../protocol/index.js';

/** A flaw built into the stand-in, so that tests see the verdicts other than `proved`. */
export type Flaw = 'none' | 'never-opens' | 'no-restaurants';

/** A context whose catalogue is a small stand-in for the real stack: a gateway and a restaurant service. */
export interface TargetContext extends RuntimeContext, Disposable {}

/** Makes a context with a home of its own in a temporary folder; `using` removes it. */
export function targetContext(flaw: Flaw = 'none'): TargetContext {
  const home = mkdtempSync(path.join(tmpdir(), 'quickbite-target-'));
  return { ...targetContextIn(home, flaw), [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) };
}

/** The same in a home that is there already. */
export function targetContextIn(home: string, flaw: Flaw = 'none'): RuntimeContext {
  // Test files run at the same time: each context has a range of its own.
  const port = 20_000 + 10 * randomInt(1_200);
  return {
    ...defaultContext(),
    home,
    catalogue: [
      { ...toxiproxy, port: port + 4 },
      service('restaurant-service', port + 2, { ROLE: 'restaurant-service' }),
      service('api-gateway', port, { ROLE: 'gateway', FLAW: flaw, UPSTREAM_URL: '{restaurant-service.url}' }),
    ],
  };
}

/** The same experiment on the services of the stand-in; scenarios name more. */
export function onTarget(experiment: Experiment): Experiment {
  const needs = { ...experiment.card.needs, services: ['api-gateway', 'restaurant-service'] };
  return { ...experiment, card: { ...experiment.card, needs } };
}

function service(name: string, port: number, env: Readonly<Record<string, string>>): ServiceDef {
  return {
    kind: 'service',
    name,
    summary: 'a stand-in for tests',
    port,
    dependsOn: [],
    readiness: { type: 'http', path: '/health/ready' },
    entry: 'scenarios/testing/target-server.cjs',
    env: { PORT: '{self.port}', QUICKBITE_LAB_KEY: '{secret.lab}', ...env },
  };
}
