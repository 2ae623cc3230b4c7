/** What a span is about, in OpenTelemetry's words. */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer';

/** Values by their names in OpenTelemetry's semantic conventions. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that runs. */
export interface Span {
  /** W3C trace context of this span: what it calls becomes its child. */
  readonly traceparent: string;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** Marks it as failed; the error becomes part of it. */
  fail(error?: unknown): void;
  end(): void;
}

/** Makes spans. `parent` is the W3C trace context that it continues; anything else than a valid one starts a trace. */
export type SpanRecorder = (
  kind: SpanKind,
  parent: unknown,
  description: { readonly name: string; readonly attributes: SpanAttributes },
) => Span;

let recorder: SpanRecorder | undefined;

/** Turns recording on for this process, or off. There is one recorder a process, as there is one place to send spans to. */
export function recordWith(next: SpanRecorder | undefined): void {
  recorder = next;
}

/**
 * Starts a span. Returns undefined while nothing is recorded, which is the normal case: it then costs one comparison, and
 * the trace context is passed on all the same.
 * @param describe asked only when the span is recorded
 */
export function startSpan(
  kind: SpanKind,
  parent: unknown,
  describe: () => { readonly name: string; readonly attributes: SpanAttributes },
): Span | undefined {
  return recorder?.(kind, parent, describe());
}
