import { ConfigError } from '../config/index.js';
import { createKnobs } from '../knobs/index.js';
import type { KnobDefs, Knobs } from '../knobs/index.js';
import { startTracing } from '../tracing/index.js';

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
  const knobs = createKnobs(program.knobs);
  if (process.argv.includes('--describe-knobs')) {
    process.stdout.write(`${JSON.stringify({ service: program.name, knobs: knobs.describe() })}\n`);
    return;
  }
  try {
    const tracing = await startTracing(program.name, process.env);
    const service = await program.start({ env: process.env, knobs });
    closeOnSignal({
      async close() {
        await service.close();
        // Last: the spans of what was being drained belong to it.
        await tracing?.close();
      },
    });
  } catch (error) {
    process.stderr.write(`${program.name}: ${error instanceof ConfigError ? error.message : describe(error)}\n`);
    process.exit(1);
  }
}

function closeOnSignal(service: Pick<RunningService, 'close'>): void {
  let closing = false;
  const close = (): void => {
    if (closing) return;
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
