import { z } from 'zod';
import { problemOf } from '../errors/index.js';
import type { ProblemSlug } from '../errors/index.js';
import type { AnswerSchema, Endpoint } from './endpoint.js';

/** An OpenAPI 3.1 document: paths from endpoints, components for what they share. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Readonly<Record<string, unknown>>;
}

const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const components = {
  securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  schemas: {
    Problem: z.toJSONSchema(
      z.object({
        type: z.string(),
        title: z.string(),
        status: z.int(),
        detail: z.string(),
        correlationId: z.string().optional(),
        errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
      }),
    ),
  },
};

/** Documents endpoints from the schemas that serve them. */
export function openApiDocument(title: string, endpoints: readonly Endpoint[]): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of endpoints) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method]: operation(one, title) };
  }
  return { openapi: '3.1.0', info: { title, version: '1' }, paths, components };
}

function operation(one: Endpoint, tag: string): unknown {
  return {
    tags: [tag],
    summary: one.summary,
    operationId: `${one.method} ${one.path}`.replace(/[^a-z0-9]+/gi, '-').replace(/-$/, ''),
    ...(one.access !== 'anyone' && { security: [{ accessToken: [] }] }),
    parameters: [
      ...parameters(one.params, 'path'),
      ...parameters(one.query, 'query'),
      ...parameters(one.headers, 'header'),
    ],
    ...(one.body && {
      requestBody: {
        // A body with a default may be left out.
        required: !one.body.safeParse(undefined).success,
        content: { 'application/json': { schema: schemaOf(one.body, 'input') } },
      },
    }),
    responses: { ...Object.fromEntries(Object.entries(one.answers).map(answer)), ...problemAnswers(one) },
  };
}

function answer([status, documented]: [string, AnswerSchema]): [string, unknown] {
  const { description, schema, contentType = 'application/json' } = documented;
  const content = schema && { [contentType]: { schema: schemaOf(schema, 'output') } };
  return [status, { description, ...(content && { content }) }];
}

/** Those that follow from access and schemas, and those that the endpoint names; two with one status share its entry. */
function problemAnswers(one: Endpoint): Record<string, unknown> {
  const takesInput = one.params ?? one.query ?? one.headers ?? one.body;
  const slugs: readonly ProblemSlug[] = [
    ...(takesInput ? (['invalid-request'] as const) : []),
    ...(one.access === 'anyone' ? [] : (['not-authenticated'] as const)),
    ...(typeof one.access === 'string' ? [] : (['not-allowed'] as const)),
    ...(one.problems ?? []),
  ];
  const byStatus = new Map<number, string[]>();
  for (const slug of new Set(slugs)) {
    const { status, title } = problemOf(slug);
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${title} (\`${slug}\`)`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, titles]) => [status, { description: titles.join('; '), content: PROBLEM_CONTENT }]),
  );
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query' | 'header'): readonly unknown[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as ObjectSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
