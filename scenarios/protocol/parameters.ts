import { ExpectedError } from '@quickbite/runtime/errors';
import { z } from 'zod';

/** A parameter as help and errors show it. */
export interface ParameterDescription {
  readonly name: string;
  readonly description: string;
  readonly default: unknown;
  /** The values that it takes, in words. */
  readonly takes: string;
}

const jsonSchema = z.object({
  properties: z.record(
    z.string(),
    z.looseObject({
      description: z.string().default(''),
      default: z.unknown(),
      type: z.string().optional(),
      enum: z.array(z.unknown()).optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
    }),
  ),
});

/** Describes each field of a parameter schema. */
export function describeParameters(shape: z.ZodObject): readonly ParameterDescription[] {
  const { properties } = jsonSchema.parse(z.toJSONSchema(shape));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    description: property.description,
    default: property.default,
    takes: property.enum
      ? property.enum.map(String).join(' or ')
      : [property.type, rangeOf(property.minimum, property.maximum)].filter((part) => part !== '').join(' '),
  }));
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `${String(minimum)} to ${String(maximum)}`;
  if (minimum !== undefined) return `of at least ${String(minimum)}`;
  return maximum === undefined ? '' : `of at most ${String(maximum)}`;
}

/** Parses `key=value` settings; what is not set has its default. */
export function parseSettings<Shape extends z.ZodObject>(shape: Shape, settings: readonly string[]): z.infer<Shape> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const setting of settings) {
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
    const known = name !== undefined && Object.hasOwn(shape.shape, name);
    if (name === undefined || text === undefined) problems.push(`"${setting}" is not of the form key=value`);
    else if (!known) problems.push(`there is no parameter "${name}"`);
    else values[name] = literal(text);
  }
  const parsed = shape.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path.join('.');
      problems.push(`${name}: ${issue.message} (got ${JSON.stringify(values[name])})`);
    }
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  const [first = '', ...others] = problems;
  throw new ExpectedError(`The setting is not right: ${first}.`, {
    next: 'Set parameters with "--set key=value", e.g. "--set rate=20 --set fault=kill".',
    exitCode: 2,
    details: [...others, 'The parameters are:', ...describeParameters(shape).map(parameterLine)],
  });
}

/** One line of a list of parameters. */
function parameterLine(parameter: ParameterDescription): string {
  return `  ${parameter.name} = ${String(parameter.default)}  (${parameter.takes}) ${parameter.description}`;
}

/** Numbers and booleans as such; everything else is text. */
function literal(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
