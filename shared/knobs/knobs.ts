import { z } from 'zod';

/** A documented switch of a service that turns one defence on or off, or tunes it. */
export interface KnobDef<T> {
  readonly schema: z.ZodType<T>;
  /** The safe, production-like setting. */
  readonly default: T;
  readonly description: string;
}

/** The knobs of one service by name, e.g. `breaker.enabled`. */
export type KnobDefs = Readonly<Record<string, KnobDef<unknown>>>;

type ValueOf<Defs extends KnobDefs, Name extends keyof Defs> = Defs[Name] extends KnobDef<infer T> ? T : never;

/** One knob as `quickbite knobs` shows it. */
export interface KnobDescription {
  readonly name: string;
  readonly description: string;
  readonly default: unknown;
  readonly value: unknown;
  /** JSON Schema of the values that it takes. */
  readonly schema: unknown;
}

/** Declares a knob; the value's type follows from the schema. */
export function knob<T>(schema: z.ZodType<T>, defaultValue: T, description: string): KnobDef<T> {
  return { schema, default: defaultValue, description };
}

/** The present settings of a service's knobs. Read at each use, so that a change takes effect with the next request. */
export interface Knobs<Defs extends KnobDefs = KnobDefs> {
  get<Name extends keyof Defs & string>(name: Name): ValueOf<Defs, Name>;
  /**
   * Changes several at once, or none.
   * @returns the problems; empty when the change was made
   */
  set(changes: Readonly<Record<string, unknown>>): readonly string[];
  describe(): readonly KnobDescription[];
  /** Calls back after each change; for what must be rebuilt, such as a breaker. What takes time gives a promise, which never rejects. */
  onChange(listener: () => unknown): void;
  /** Resolves when all has been rebuilt that the changes so far asked for. */
  settled(): Promise<void>;
}

/** Creates the knobs of a service at their defaults. */
export function createKnobs<const Defs extends KnobDefs>(defs: Defs): Knobs<Defs> {
  const values = new Map<string, unknown>(Object.entries(defs).map(([name, def]) => [name, def.default]));
  const listeners: (() => unknown)[] = [];
  let rebuilt: Promise<unknown> = Promise.resolve();
  return {
    get: <Name extends keyof Defs & string>(name: Name) => values.get(name) as ValueOf<Defs, Name>,
    set(changes) {
      const parsed = Object.entries(changes).map(([name, value]) => ({ name, result: parse(defs, name, value) }));
      const problems = parsed.flatMap(({ result }) => ('problem' in result ? [result.problem] : []));
      if (problems.length > 0) return problems;
      for (const { name, result } of parsed) if ('value' in result) values.set(name, result.value);
      rebuilt = Promise.all([rebuilt, ...listeners.map((listener) => listener())]);
      return [];
    },
    describe: () =>
      Object.entries(defs).map(([name, def]) => ({
        name,
        description: def.description,
        default: def.default,
        value: values.get(name),
        schema: z.toJSONSchema(def.schema),
      })),
    onChange: (listener) => void listeners.push(listener),
    settled: async () => {
      await rebuilt;
    },
  };
}

function parse(defs: KnobDefs, name: string, value: unknown): { value: unknown } | { problem: string } {
  const def = Object.hasOwn(defs, name) ? defs[name] : undefined;
  if (!def) return { problem: `${name}: there is no such knob; there are ${Object.keys(defs).join(', ')}` };
  const result = def.schema.safeParse(value);
  if (result.success) return { value: result.data };
  const expected = result.error.issues.map((issue) => issue.message).join('; ');
  return { problem: `${name}: ${expected} (got ${JSON.stringify(value)})` };
}
