import { json } from 'express';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { AppError } from '../errors/index.js';
import type { ProblemSlug } from '../errors/index.js';
import type { CallerRole, Identity } from '../identity/index.js';
import type { Authorize } from './authorize.js';
import { callerSignal } from './caller-signal.js';
import { requireShallow } from './json-depth.js';
import { parse } from './parse.js';

/** Who may use an endpoint. `anyone` needs no account, `signed-in` needs one; a list names roles, or `service`. */
export type Access = 'anyone' | 'signed-in' | readonly CallerRole[];

/** What an endpoint answers when all is well. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; left out for 204 and 304. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer as it is documented, and as tests check it. */
export interface AnswerSchema {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Default `application/json`. */
  readonly contentType?: string;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface EndpointInput<A extends Access, Params, Query, Headers, Body> {
  readonly identity: A extends 'anyone' ? undefined : Identity;
  readonly params: Parsed<Params>;
  readonly query: Parsed<Query>;
  readonly headers: Parsed<Headers>;
  readonly body: Parsed<Body>;
  readonly req: Request;
  /** Aborts when the deadline of the request passes, or its sender hangs up: what is done from then on is done for nobody. */
  readonly signal: AbortSignal;
  /** For answers that are streamed: whoever writes to it returns undefined. */
  readonly res: Response;
}

interface Documentation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express's pattern, from the root: `/api/orders/:id`. */
  readonly path: string;
  /** One line in the imperative: `Place an order`. */
  readonly summary: string;
  readonly answers: Readonly<Record<number, AnswerSchema>>;
  /** Problems beyond those that follow from access and schemas. */
  readonly problems?: readonly ProblemSlug[];
}

/** One endpoint as data: it is served, validated and documented from the same schemas. */
export interface Endpoint extends Documentation {
  readonly access: Access;
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly headers?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  readonly handle: (
    input: EndpointInput<Access, z.ZodType, z.ZodType, z.ZodType, z.ZodType>,
  ) => Promise<Answer | undefined>;
}

/** Declares an endpoint; what `handle` receives is typed by the schemas, and has been checked. */
export function endpoint<
  const A extends Access,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Headers extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  definition: Documentation & {
    readonly access: A;
    readonly params?: Params;
    readonly query?: Query;
    readonly headers?: Headers;
    readonly body?: Body;
    readonly handle: (input: EndpointInput<A, Params, Query, Headers, Body>) => Promise<Answer | undefined>;
  },
): Endpoint {
  // `mountEndpoints` parses each part with the very schema that typed it, which the erased type cannot say.
  return definition as unknown as Endpoint;
}

/** Bodies are refused beyond this size unless a route reads them itself. */
const BODY_LIMIT = '100kb';

/** Mounts endpoints on an app. Access is checked first, then path, query, headers and body. */
export function mountEndpoints(
  app: Express,
  endpoints: readonly Endpoint[],
  options: { readonly authorize: Authorize; readonly validateAnswers: boolean },
): void {
  for (const one of endpoints) {
    const readBody = one.body ? [requireJson, json({ limit: BODY_LIMIT }), checkDepth] : [];
    app[one.method](one.path, checkAccess(one, options.authorize), ...readBody, serve(one, options.validateAnswers));
  }
}

/** What is not JSON is not read. */
const requireJson: RequestHandler = (req, _res, next) => {
  // null: there is no body at all.
  if (req.headers['content-length'] !== '0' && req.is('application/json') === false)
    throw new AppError(
      'invalid-request',
      `The body was expected as JSON, and came as ${req.headers['content-type'] ?? 'something unnamed'}. Send "Content-Type: application/json".`,
    );
  next();
};

const checkDepth: RequestHandler = (req, _res, next) => {
  requireShallow(req.body);
  next();
};

function checkAccess({ access }: Endpoint, authorize: Authorize): RequestHandler {
  return function checkAccessMiddleware(req, res, next) {
    if (access !== 'anyone')
      res.locals['identity'] = access === 'signed-in' ? authorize(req) : authorize(req, ...access);
    next();
  };
}

function serve(one: Endpoint, validateAnswers: boolean): RequestHandler {
  const { params, query, headers, body } = one;
  return async function endpointHandler(req, res) {
    const answer = await one.handle({
      identity: res.locals['identity'] as undefined,
      params: params && parse(params, req.params, 'path'),
      query: query && parse(query, req.query, 'query'),
      headers: headers && parse(headers, req.headers, 'header'),
      body: body && parse(body, req.body, 'body'),
      req,
      res,
      get signal() {
        return callerSignal(res);
      },
    });
    if (!answer) return;
    if (validateAnswers) checkAnswer(one, answer);
    res.status(answer.status).set(answer.headers ?? {});
    if (answer.body === undefined) res.end();
    else res.json(answer.body);
  };
}

/** For tests: an answer that the documentation does not know turns into a 500 that names the difference. */
function checkAnswer(one: Endpoint, answer: Answer): void {
  const documented = one.answers[answer.status];
  const where = `${one.method.toUpperCase()} ${one.path} answering ${answer.status}`;
  if (!documented) throw new AppError('internal-error', `${where} is not documented.`);
  const body: unknown = answer.body === undefined ? undefined : JSON.parse(JSON.stringify(answer.body));
  if (!documented.schema) {
    if (body !== undefined) throw new AppError('internal-error', `${where} has a body that is not documented.`);
    return;
  }
  const result = documented.schema.safeParse(body);
  if (!result.success)
    throw new AppError('internal-error', `${where} differs from its schema: ${result.error.message}`);
}
