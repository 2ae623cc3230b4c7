import type { z } from 'zod';
import type { Traffic } from '../load/index.js';
import type { ArmKnobs, ArmName, ArmRun } from './arm.js';
import type { Check } from './check.js';
import type { ArmMeasurements } from './measurements.js';
import type { Observer } from './observer.js';
import { describeParameters, parseSettings } from './parameters.js';
import type { ParameterDescription } from './parameters.js';

/** What was measured in each arm that ran. */
export type MeasuredArms = Readonly<Record<ArmName, ArmMeasurements>>;

/** A question that the learner may answer before the run. */
export interface Prediction {
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the option that the measurements bear out. */
  answer(measured: MeasuredArms): number;
}

/** What a scenario says about itself; lists and the lint need no more. */
export interface ScenarioCard {
  /** Kebab-case, the name of its folder. */
  readonly id: string;
  readonly topic: string;
  readonly title: string;
  /** The one line that the experiment answers. */
  readonly question: string;
  readonly summary: string;
  /** How long a default run takes, boot included. */
  readonly seconds: number;
  /** Ids of `docs/guide`, `docs/interview` and `docs/claims`. */
  readonly concepts: readonly string[];
  readonly questions: readonly string[];
  readonly claims: readonly string[];
  /** Services that it boots; what they depend on comes along. */
  readonly services: readonly string[];
}

/** A scenario as its file writes it: data and a story. The protocol runs it, the checks judge it. */
export interface ScenarioDefinition<Shape extends z.ZodObject> extends ScenarioCard {
  /** Every field has a default and a description. */
  readonly parameters: Shape;
  /** The knobs of each arm. What both arms set alike is the lab's shortening of times; what differs is the defence. */
  arms(parameters: z.infer<Shape>): Readonly<Record<ArmName, ArmKnobs>>;
  traffic(parameters: z.infer<Shape>): Traffic;
  readonly observers: readonly Observer<unknown>[];
  readonly prediction: Prediction;
  /** The same for both arms: only the knobs differ. */
  story(run: ArmRun, parameters: z.infer<Shape>): Promise<void>;
  checks(parameters: z.infer<Shape>): readonly Check[];
  /** Why it came out so, in two sentences with the measured numbers. */
  why(measured: MeasuredArms, parameters: z.infer<Shape>): readonly [string, string];
}

/** A scenario with its parameters decided: ready to run. */
export interface Experiment {
  readonly card: ScenarioCard;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly arms: Readonly<Record<ArmName, ArmKnobs>>;
  readonly traffic: Traffic;
  readonly observers: readonly Observer<unknown>[];
  readonly prediction: Prediction;
  story(run: ArmRun): Promise<void>;
  readonly checks: readonly Check[];
  why(measured: MeasuredArms): readonly [string, string];
}

/** An entry of the catalogue. */
export interface Scenario extends ScenarioCard {
  readonly parameters: readonly ParameterDescription[];
  /**
   * Decides the parameters.
   * @param settings `key=value`, as on the command line
   * @throws ExpectedError that lists the parameters, for an unknown key or a bad value
   */
  withSettings(settings: readonly string[]): Experiment;
}

/** Makes an entry of the catalogue of a scenario's file. */
export function defineScenario<Shape extends z.ZodObject>(definition: ScenarioDefinition<Shape>): Scenario {
  const { id, topic, title, question, summary, seconds, concepts, questions, claims, services } = definition;
  const card = { id, topic, title, question, summary, seconds, concepts, questions, claims, services };
  return {
    ...card,
    parameters: describeParameters(definition.parameters),
    withSettings(settings) {
      const parameters = parseSettings(definition.parameters, settings);
      return {
        card,
        parameters,
        arms: definition.arms(parameters),
        traffic: definition.traffic(parameters),
        observers: definition.observers,
        prediction: definition.prediction,
        story: (run) => definition.story(run, parameters),
        checks: definition.checks(parameters),
        why: (measured) => definition.why(measured, parameters),
      };
    },
  };
}
