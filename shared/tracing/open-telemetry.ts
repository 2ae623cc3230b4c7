import type * as Api from '@opentelemetry/api';
import { parseTraceparent } from '../logging/index.js';
import { recordWith } from './span.js';
import type { Span, SpanKind } from './span.js';

/** How long a stopping service waits for a collector that does not answer, ms. */
const FLUSH_TIMEOUT_MS = 2000;

/** Spans are being recorded and exported. */
export interface StartedTracing {
  /** Sends what has not been sent yet, for at most two seconds. Never rejects: a lost span is no reason to fail. */
  close(): Promise<void>;
}

/**
 * Records spans with the OpenTelemetry SDK and sends them over OTLP/HTTP. The exporter reads the standard variables:
 * `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS` and so on.
 *
 * Imported only when somebody wants traces: the SDK costs more to load than the rest of a service's HTTP side.
 */
export async function startOpenTelemetry(service: string): Promise<StartedTracing> {
  const [api, { BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  reportProblems(api, service);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'quickbite',
      'service.instance.id': `${service}-${process.pid}`,
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('quickbite');
  const kinds: Readonly<Record<SpanKind, Api.SpanKind>> = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    producer: api.SpanKind.PRODUCER,
    consumer: api.SpanKind.CONSUMER,
  };
  recordWith((kind, parent, { name, attributes }) =>
    asSpan(tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(api, parent)), api),
  );
  return {
    async close() {
      recordWith(undefined);
      const { promise: late, stop } = after(FLUSH_TIMEOUT_MS);
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      stop();
    },
  };
}

function contextOf({ ROOT_CONTEXT, trace }: typeof Api, parent: unknown): Api.Context {
  const known = parseTraceparent(parent);
  if (!known) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = known;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote: true });
}

function asSpan(span: Api.Span, { SpanStatusCode }: typeof Api): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes),
    fail(error) {
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error && { message: error.message }) });
    },
    end: () => span.end(),
  };
}

/** The SDK is silent by default; somebody who mistyped the collector's address would wait for traces forever. */
function reportProblems({ diag, DiagLogLevel }: typeof Api, service: string): void {
  let said = false;
  const report = (message: string): void => {
    if (said) return;
    said = true;
    process.stderr.write(`${service}: spans could not be sent to OTEL_EXPORTER_OTLP_ENDPOINT: ${message}\n`);
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

function after(ms: number): { promise: Promise<void>; stop: () => void } {
  let stop = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop = () => clearTimeout(timer);
  });
  return { promise, stop };
}
