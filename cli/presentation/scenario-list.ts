import type { Outcome, Scenario, Topic } from '@quickbite/scenarios/protocol';
import { paintOutcome } from './scenario-words.js';
import { renderTable } from './table.js';
import type { Theme } from './theme.js';

/** A scenario with how its latest run ended. */
export interface ListedScenario {
  readonly id: string;
  readonly topic: string;
  readonly question: string;
  readonly seconds: number;
  readonly lastOutcome: Outcome | null;
}

/** What the list shows of the scenarios of all topics, in order. */
export function listScenarios(
  topics: readonly Topic[],
  outcomes: ReadonlyMap<string, Outcome>,
): readonly ListedScenario[] {
  return topics.flatMap(({ title, scenarios }) =>
    scenarios.map(({ id, question, seconds }: Scenario) => ({
      id,
      topic: title,
      question,
      seconds,
      lastOutcome: outcomes.get(id) ?? null,
    })),
  );
}

/** The catalogue as a table, one part a topic. */
export function renderScenarioList(scenarios: readonly ListedScenario[], theme: Theme): string {
  const rows = scenarios.flatMap((scenario, n) => {
    const row = [
      `  ${theme.strong(scenario.id)}`,
      `${String(scenario.seconds)} s`,
      scenario.lastOutcome ? paintOutcome(scenario.lastOutcome, theme) : theme.muted('never'),
      scenario.question,
    ];
    const startsTopic = scenarios[n - 1]?.topic !== scenario.topic;
    return startsTopic ? [[theme.heading(scenario.topic), '', '', ''], row] : [row];
  });
  return renderTable(
    theme,
    [{ title: 'scenario' }, { title: 'takes', align: 'right' }, { title: 'last run' }, { title: 'question' }],
    rows,
  );
}
