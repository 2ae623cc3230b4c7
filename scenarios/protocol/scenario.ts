import type { LinkEnds } from '@quickbite/runtime/stack';
import type { z } from 'zod';
import type { Traffic } from '../load/index.js';
import type { ArmKnobs, ArmName, ArmRun, Variants } from './arm.js';
import type { Check, MeasuredArms } from './check.js';
import type { Observer } from './observer.js';
import { describeParameters, parseSettings } from './parameters.js';
import type { ParameterDescription } from './parameters.js';

/** A question that the learner may answer before the run. */
export interface Prediction {
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the option that the measurements bear out. */
  answer(measured: MeasuredArms): number;
}

/** A change of the built code that takes the defence away for real; the scenario must then be refuted. */
export interface Defect {
  /** A built file, e.g. `shared/dist/cache/lock.js`. */
  readonly file: string;
  /** What it says now, exactly once. */
  readonly from: string;
  readonly to: string;
  /** Name of the check that fails then. */
  readonly refutes: string;
}

/** What a scenario needs of a stack. One that is up is used if it has all of it. */
export interface StackNeeds {
  /** Services that it boots; what they depend on comes along. */
  readonly services: readonly string[];
  /** Connections between two processes that it disturbs: only these go through a proxy. */
  readonly links: readonly LinkEnds[];
  /** Services of which several run, e.g. `{ 'api-gateway': 2 }`; the further ones are named `api-gateway-2` and so on. */
  readonly instances: Readonly<Record<string, number>>;
  /** Environment of processes, by name, e.g. a smaller heap. A scenario with one always boots a stack of its own. */
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The people and restaurants that preflight makes. */
export interface CastSize {
  /** Each also orders once in preflight, at most three of them. */
  readonly customers: number;
  readonly drivers: number;
  readonly restaurants: number;
}

/** What a scenario says about itself; lists and the lint need no more. */
export interface ScenarioCard {
  /** Kebab-case, the name of its folder. */
  readonly id: string;
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
  readonly needs: StackNeeds;
  readonly defect: Defect;
  /** What a presenter may want to say, by the name of the phase. */
  readonly notes: Readonly<Record<string, string>>;
}

/** A value of the story that is drawn as bars: one for each arm, or for each of its variants. */
export interface Bar {
  readonly value: string;
  readonly unit?: string;
}

/** A scenario as its file writes it: data and a story. The protocol runs it, the checks judge it. */
export interface ScenarioDefinition<Shape extends z.ZodObject>
  extends Omit<ScenarioCard, 'needs' | 'notes'>, Partial<Pick<ScenarioCard, 'notes'>> {
  readonly services: readonly string[];
  readonly links?: readonly LinkEnds[];
  readonly instances?: StackNeeds['instances'];
  readonly env?: StackNeeds['env'];
  /** Default 3 customers, 3 drivers, 20 restaurants. */
  readonly cast?: Partial<CastSize>;
  /** Every field has a default and a description. */
  readonly parameters: Shape;
  /** The knobs of each arm. What both arms set alike is the lab's shortening of times; what differs is the defence. */
  arms(parameters: z.infer<Shape>): Readonly<Record<ArmName, ArmKnobs>>;
  /** Ways to defend that are measured one after the other within an arm, for `run.eachVariant`. */
  variants?(parameters: z.infer<Shape>): Readonly<Record<ArmName, Variants>>;
  /**
   * Where the number of instances is the defence: how many of a service run in an arm, of those in `instances`. The others
   * are stopped before the arm, as a journalled fault, and started after it.
   */
  readonly running?: Readonly<Record<ArmName, Readonly<Record<string, number>>>>;
  /** None: nothing is sent but what the story sends itself. */
  traffic?(parameters: z.infer<Shape>): Traffic;
  readonly observers?: readonly Observer<unknown>[];
  /** What the end shows as bars instead of a chart over time. */
  readonly bars?: readonly Bar[];
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
  readonly cast: CastSize;
  readonly arms: Readonly<Record<ArmName, ArmKnobs>>;
  readonly variants: Readonly<Record<ArmName, Variants>>;
  readonly running: Readonly<Record<ArmName, Readonly<Record<string, number>>>>;
  readonly traffic: Traffic | undefined;
  readonly observers: readonly Observer<unknown>[];
  readonly bars: readonly Bar[];
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

/** Scenarios that belong together. */
export interface Topic {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

const SMALL_CAST: CastSize = { customers: 3, drivers: 3, restaurants: 20 };
const NEITHER = { undefended: {}, defended: {} };

/** Makes an entry of the catalogue of a scenario's file. */
export function defineScenario<Shape extends z.ZodObject>(definition: ScenarioDefinition<Shape>): Scenario {
  const { id, title, question, summary, seconds, concepts, questions, claims, defect, notes = {} } = definition;
  const { services, links = [], instances = {}, env = {} } = definition;
  const needs = { services, links, instances, env };
  const card = { id, title, question, summary, seconds, concepts, questions, claims, needs, defect, notes };
  return {
    ...card,
    parameters: describeParameters(definition.parameters),
    withSettings(settings) {
      const parameters = parseSettings(definition.parameters, settings);
      return {
        card,
        parameters,
        cast: { ...SMALL_CAST, ...definition.cast },
        arms: definition.arms(parameters),
        variants: definition.variants?.(parameters) ?? NEITHER,
        running: definition.running ?? NEITHER,
        traffic: definition.traffic?.(parameters),
        observers: definition.observers ?? [],
        bars: definition.bars ?? [],
        prediction: definition.prediction,
        story: (run) => definition.story(run, parameters),
        checks: definition.checks(parameters),
        why: (measured) => definition.why(measured, parameters),
      };
    },
  };
}
