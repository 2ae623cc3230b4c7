/** A JSON schema as the API document carries it. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
}

/** One operation of the API document. */
export interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** The API document, as far as attacks on it need it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly 'x-missing': readonly string[];
  readonly 'x-undocumented': readonly string[];
}

/** A request that must not succeed. */
export interface Attack {
  readonly name: string;
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** What MongoDB would read as a question instead of a value. */
const OPERATORS: readonly unknown[] = [{ $gt: '' }, { $ne: null }];

/** Operators in each string of each body, in each query parameter and each path parameter of the API. */
export function operatorInjections({ paths }: ApiDocument): readonly Attack[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => [
      ...inBodies(method, path, operation),
      ...inQueries(method, path, operation),
      ...inPaths(method, path, operation),
    ]),
  );
}

/** A field that nobody asked for in each body of the API. */
export function unknownFields({ paths }: ApiDocument): readonly Attack[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const body = bodyOf(operation);
      if (body?.type !== 'object') return [];
      return ['role', 'ownerId', 'price', '__proto__', 'constructor'].flatMap((field) =>
        field in (body.properties ?? {})
          ? []
          : [
              {
                name: `${method} ${path} with ${field}`,
                operation,
                method,
                path: urlOf(path, operation),
                // Parsed, because in an object literal `__proto__` would be no field.
                body: { ...(example(body) as object), ...(JSON.parse(`{"${field}":"admin"}`) as object) },
              },
            ],
      );
    }),
  );
}

function inBodies(method: string, path: string, operation: Operation): readonly Attack[] {
  const schema = bodyOf(operation);
  if (!schema) return [];
  return stringFields(schema).flatMap((field) =>
    OPERATORS.map((operator) => ({
      name: `${method} ${path} with ${JSON.stringify(operator)} as ${field.join('.')}`,
      operation,
      method,
      path: urlOf(path, operation),
      body: replaced(example(schema, field), field, operator),
    })),
  );
}

function inQueries(method: string, path: string, operation: Operation): readonly Attack[] {
  const names = (operation.parameters ?? []).flatMap((parameter) => (parameter.in === 'query' ? [parameter.name] : []));
  return names.flatMap((name) =>
    [`${name}[$ne]=`, `${name}[$gt]=`, `${name}=a&${name}[$regex]=.*`].map((query) => ({
      name: `${method} ${path}?${query}`,
      operation,
      method,
      path: `${urlOf(path, operation, name)}${query.replaceAll('[', '%5B').replaceAll(']', '%5D')}`,
    })),
  );
}

function inPaths(method: string, path: string, operation: Operation): readonly Attack[] {
  if (!path.includes('{')) return [];
  const schema = bodyOf(operation);
  return [
    {
      name: `${method} ${path} with an operator in the path`,
      operation,
      method,
      path: path.replace(/\{\w+\}/g, encodeURIComponent('{"$gt":""}')),
      ...(schema && { body: example(schema) }),
    },
  ];
}

const bodyOf = (operation: Operation): Schema | undefined => operation.requestBody?.content['application/json']?.schema;

/** A well-formed address: ids that nobody has, and required query parameters except `without`. Ends with `?` or `&` for the latter. */
function urlOf(path: string, { parameters = [] }: Operation, without?: string): string {
  const filled = path.replace(/\{\w+\}/g, 'a'.repeat(24));
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required && parameter.name !== without)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(example(schema)))}`)
    .join('&');
  if (without === undefined) return query === '' ? filled : `${filled}?${query}`;
  return query === '' ? `${filled}?` : `${filled}?${query}&`;
}

/** Where strings are in a body, as paths of names. */
function stringFields(schema: Schema, at: readonly string[] = []): readonly (readonly string[])[] {
  const variant = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (variant) return stringFields(variant, at);
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, property]) => stringFields(property, [...at, name]));
  if (schema.type === 'array' && schema.items) return stringFields(schema.items, [...at, '0']);
  const isString =
    schema.type === 'string' || (schema.enum ?? [schema.const]).some((value) => typeof value === 'string');
  return isString && at.length > 0 ? [at] : [];
}

function replaced(body: unknown, [first = '', ...rest]: readonly string[], value: unknown): unknown {
  const inside = (body as Record<string, unknown> | undefined)?.[first];
  const next = rest.length === 0 ? value : replaced(inside, rest, value);
  if (Array.isArray(body)) return body.map((entry: unknown, index) => (String(index) === first ? next : entry));
  return { ...(body as object), [first]: next };
}

/** A value that the schema takes, optional fields left out, except those on the way to `including`. */
function example(schema: Schema, including: readonly string[] = []): unknown {
  const variant = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (variant) return example(variant, including);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [wanted, ...rest] = including;
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name]) => schema.required?.includes(name) || name === wanted)
        .map(([name, property]) => [name, example(property, name === wanted ? rest : [])]),
    );
  if (schema.prefixItems) return schema.prefixItems.map((item) => example(item));
  if (schema.type === 'array') return schema.items ? [example(schema.items, rest)] : [];
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'object') return {};
  if (schema.format === 'email') return 'somebody@test.example';
  if (schema.format === 'date-time') return '2026-01-01T12:00:00.000Z';
  if (schema.pattern?.includes('{24}')) return 'a'.repeat(24);
  if (schema.pattern?.includes('[A-Z]{3}')) return 'EUR';
  return 'text'.padEnd(schema.minLength ?? 4, 'x');
}
