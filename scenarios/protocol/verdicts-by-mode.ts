import type { RunRecord } from './run-record.js';

type Ran = Pick<RunRecord, 'outcome'> & {
  readonly scenario: Pick<RunRecord['scenario'], 'id'>;
  readonly environment: Pick<RunRecord['environment'], 'launcher'>;
};

/** What became of a scenario in each launch mode: its latest run there; undefined where it was not run. */
export interface VerdictsByMode {
  readonly id: string;
  readonly process: RunRecord['outcome'] | undefined;
  readonly docker: RunRecord['outcome'] | undefined;
}

/** @param records oldest first */
export function verdictsByMode(ids: readonly string[], records: readonly Ran[]): readonly VerdictsByMode[] {
  const latest = (id: string, mode: string): RunRecord['outcome'] | undefined =>
    records.findLast(({ scenario, environment }) => scenario.id === id && environment.launcher === mode)?.outcome;
  return ids.map((id) => ({ id, process: latest(id, 'process'), docker: latest(id, 'docker') }));
}
