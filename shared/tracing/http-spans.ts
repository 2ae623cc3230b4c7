import { startSpan } from './span.js';
import type { Span } from './span.js';

/** What is asked every few seconds, and would bury the traces that tell something. */
const UNTRACED = /^\/(health|metrics|internal)\b/;

/** Starts the span of an incoming request; undefined when nothing is recorded. */
export function startServerSpan(request: {
  readonly method: string;
  /** Without the query: that holds personal data. */
  readonly path: string;
  /** The `traceparent` header as it came. */
  readonly traceparent: unknown;
  readonly correlationId: string;
}): Span | undefined {
  const { method, path, traceparent, correlationId } = request;
  if (UNTRACED.test(path)) return undefined;
  return startSpan('server', traceparent, () => ({
    name: method,
    attributes: {
      'http.request.method': method,
      'url.scheme': 'http',
      'url.path': path,
      'quickbite.correlation_id': correlationId,
    },
  }));
}

/** Ends it with what is known at the end. Only a 5xx is this server's failure. */
export function endServerSpan(
  span: Span,
  answer: { readonly method: string; readonly route: string | undefined; readonly status: number },
): void {
  const { method, route, status } = answer;
  if (route !== undefined) span.rename(`${method} ${route}`);
  span.set({ 'http.response.status_code': status, ...(route !== undefined && { 'http.route': route }) });
  if (status >= 500) {
    span.set({ 'error.type': String(status) });
    span.fail();
  }
  span.end();
}

/** Starts the span of a call to another service; undefined when nothing is recorded. */
export function startClientSpan(call: {
  readonly upstream: string;
  readonly url: URL;
  readonly method: string;
  /** Path, with or without query. */
  readonly path: string;
  /** Context of the span that makes the call. */
  readonly parent: string | undefined;
}): Span | undefined {
  const { upstream, url, method, path, parent } = call;
  if (UNTRACED.test(path)) return undefined;
  return startSpan('client', parent, () => {
    const [withoutQuery = ''] = path.split('?', 1);
    return {
      name: method,
      attributes: {
        'http.request.method': method,
        'url.full': `${url.origin}${withoutQuery}`,
        'server.address': url.hostname,
        'server.port': Number(url.port || 80),
        'service.peer.name': upstream,
      },
    };
  });
}

/** Ends it with the answer's status. To a caller each status from 400 on is a failure. */
export function endClientSpan(span: Span, status: number): void {
  span.set({ 'http.response.status_code': status });
  if (status >= 400) {
    span.set({ 'error.type': String(status) });
    span.fail();
  }
  span.end();
}

/** Ends it without an answer. */
export function failSpan(span: Span, error: unknown): void {
  span.set({ 'error.type': error instanceof Error ? error.name : typeof error });
  span.fail(error);
  span.end();
}
