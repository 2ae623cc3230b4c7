import { z } from 'zod';
import { ConfigError } from '../config/index.js';
import { createKnobs, knob } from '../knobs/index.js';
import type { KnobDefs, Knobs } from '../knobs/index.js';
import { startTracing } from '../tracing/index.js';

/** What every service has besides its own knobs. */
const everyKnobs = {
  'shutdown.graceful': knob(
    z.boolean(),
    true,
    'Asked to end, the service says so, finishes what it has begun and frees what it holds; off, it ends at once.',
  ),
};

/** What a process ends with that SIGTERM has ended. */
const ENDED_BY_SIGTERM = 143;

/** A service that serves. */
export interface RunningService {
  readonly port: number;
  /** Drains and frees everything. Resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** One of the programs under `services/`. */
export interface ServiceProgram<Defs extends KnobDefs> {
  readonly name: string;
  readonly knobs: Defs;
  /** Loads the rest lazily: describing the knobs must not cost the start of a service. */
  start(context: { readonly env: NodeJS.ProcessEnv; readonly knobs: Knobs<Defs> }): Promise<RunningService>;
}

/**
 * The main function of every service: `--describe-knobs` prints its knobs and ends; otherwise it starts, and drains on
 * SIGTERM and SIGINT. A configuration error ends it with code 1 and every problem on stderr.
 */
export async function runService<const Defs extends KnobDefs>(program: ServiceProgram<Defs>): Promise<void> {
  const knobs = createKnobs({ ...program.knobs, ...everyKnobs });
  if (process.argv.includes('--describe-knobs')) {
    process.stdout.write(`${JSON.stringify({ service: program.name, knobs: knobs.describe() })}\n`);
    return;
  }
  try {
    const tracing = await startTracing(program.name, process.env);
    const service = await program.start({ env: process.env, knobs });
    closeOnSignal(
      {
        async close() {
          await service.close();
          // Last: the spans of what was being drained belong to it.
          await tracing?.close();
        },
      },
      () => knobs.get('shutdown.graceful') === true,
    );
  } catch (error) {
    process.stderr.write(`${program.name}: ${error instanceof ConfigError ? error.message : describe(error)}\n`);
    process.exit(1);
  }
}

function closeOnSignal(service: Pick<RunningService, 'close'>, gracefully: () => boolean): void {
  let closing = false;
  const close = (): void => {
    if (closing) return;
    if (!gracefully()) process.exit(ENDED_BY_SIGTERM);
    closing = true;
    service.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`closing failed: ${describe(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
