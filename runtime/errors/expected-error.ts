/**
 * An error that the person at the terminal can act on: the CLI prints it as a sentence and a next step, without a stack
 * trace. Everything else that is thrown is a defect and keeps its trace.
 */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  /** What to do next: a command to run, a value to give. */
  readonly next: string;
  /** Exit code of the process: 2 for a usage error, 1 otherwise. */
  readonly exitCode: number;
  /** Lines that help to understand (the tail of a log, a list of valid values). */
  readonly details: readonly string[];

  /** @param message what was expected and what came instead, as one sentence */
  constructor(
    message: string,
    options: { next: string; exitCode?: number; details?: readonly string[]; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.next = options.next;
    this.exitCode = options.exitCode ?? 1;
    this.details = options.details ?? [];
  }
}
