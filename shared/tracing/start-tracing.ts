import type { StartedTracing } from './open-telemetry.js';

/**
 * Records spans if `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. Otherwise nothing is loaded, and W3C trace context still
 * travels through every hop.
 */
export async function startTracing(service: string, env: NodeJS.ProcessEnv): Promise<StartedTracing | undefined> {
  if (!env['OTEL_EXPORTER_OTLP_ENDPOINT']) return undefined;
  const { startOpenTelemetry } = await import('./open-telemetry.js');
  return startOpenTelemetry(service);
}
