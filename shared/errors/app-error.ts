/** The stable last part of a problem's `type`; `docs/contracts.md` lists them with their status. */
export type ProblemSlug =
  | 'invalid-request'
  | 'not-authenticated'
  | 'payment-declined'
  | 'not-allowed'
  | 'not-found'
  | 'conflict'
  | 'body-too-large'
  | 'too-many-requests'
  | 'internal-error'
  | 'upstream-unreachable'
  | 'upstream-unavailable'
  | 'not-ready'
  | 'upstream-timeout'
  | 'deadline-exceeded';

const PROBLEMS: Readonly<Record<ProblemSlug, { readonly status: number; readonly title: string }>> = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'not-authenticated': { status: 401, title: 'Sign in first' },
  'payment-declined': { status: 402, title: 'The payment was declined' },
  'not-allowed': { status: 403, title: 'This account may not do that' },
  'not-found': { status: 404, title: 'There is no such thing' },
  conflict: { status: 409, title: 'The request conflicts with the present state' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Something broke here' },
  'upstream-unreachable': { status: 502, title: 'A service behind this one could not be reached' },
  'upstream-unavailable': { status: 503, title: 'A service behind this one is not available' },
  'not-ready': { status: 503, title: 'This service is not ready' },
  'upstream-timeout': { status: 504, title: 'A service behind this one did not answer in time' },
  'deadline-exceeded': { status: 504, title: 'Nobody waits for this answer any more' },
};

/** One thing that is wrong with a request: where, and what was expected there. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** An error with an answer for the client. Whatever else is thrown is answered as `internal-error`, without its text. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly slug: ProblemSlug;
  readonly fields: readonly FieldProblem[];
  /** Extra response headers, e.g. `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what was expected, what came, and what to do: it is sent to the client */
  constructor(
    slug: ProblemSlug,
    detail: string,
    options: { cause?: unknown; fields?: readonly FieldProblem[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.slug = slug;
    this.fields = options.fields ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.slug].status;
  }
}

/** RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly correlationId?: string;
  readonly errors?: readonly FieldProblem[];
}

/** Status and title of a problem, for documentation. */
export function problemOf(slug: ProblemSlug): { readonly status: number; readonly title: string } {
  return PROBLEMS[slug];
}

const PROBLEM_BASE = 'https://quickbite.dev/problems/';

/** The body that answers an error. */
export function toProblem(error: AppError, correlationId: string | undefined): Problem {
  const { status, title } = PROBLEMS[error.slug];
  return {
    type: `${PROBLEM_BASE}${error.slug}`,
    title,
    status,
    detail: error.message,
    ...(correlationId !== undefined && { correlationId }),
    ...(error.fields.length > 0 && { errors: error.fields }),
  };
}
