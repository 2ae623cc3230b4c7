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

const knobsByName = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.unknown()));

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
    presetKnobs(knobs, process.env);
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

/**
 * In a lab stack, `QUICKBITE_KNOBS` sets knobs from the start, as JSON: what an experiment sets through the internal endpoint is
 * gone when it restarts the process.
 */
function presetKnobs(knobs: Pick<Knobs, 'set'>, env: NodeJS.ProcessEnv): void {
  const { QUICKBITE_LAB_KEY: labKey, QUICKBITE_KNOBS: preset } = env;
  if (!labKey || !preset) return;
  const parsed = knobsByName.safeParse(preset);
  const problems = parsed.success ? knobs.set(parsed.data) : ['expected JSON, such as {"soup.hot":false}'];
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `QUICKBITE_KNOBS: ${problem}`));
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
