import type { Outcome, Scenario } from '@quickbite/scenarios/protocol';
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

/** What the list shows of a scenario. */
export function listScenario(scenario: Scenario, lastOutcome: Outcome | undefined): ListedScenario {
  const { id, topic, question, seconds } = scenario;
  return { id, topic, question, seconds, lastOutcome: lastOutcome ?? null };
}

/** The catalogue as a table. */
export function renderScenarioList(scenarios: readonly ListedScenario[], theme: Theme): string {
  return renderTable(
    theme,
    [
      { title: 'topic' },
      { title: 'scenario' },
      { title: 'takes', align: 'right' },
      { title: 'last run' },
      { title: 'question' },
    ],
    scenarios.map((scenario) => [
      scenario.topic,
      theme.strong(scenario.id),
      `${String(scenario.seconds)} s`,
      scenario.lastOutcome ? paintOutcome(scenario.lastOutcome, theme) : theme.muted('never'),
      scenario.question,
    ]),
  );
}
