import { Command } from '@oclif/core';
import { renderError, toErrorReport } from './presentation/error-rendering.js';
import { createTheme } from './presentation/theme.js';
import { listenForInterruption } from './interruption.js';
import type { Interruption } from './interruption.js';

/**
 * What every command shares: `--json`, the theme, Ctrl-C as an abort signal, and how errors are shown.
 * A command parses, calls and prints; it imports what it calls inside `run()`, so that `--help` and `--version` stay fast.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /** For what `run()` prints on stdout. */
  protected readonly theme = createTheme('stdout');

  /**
   * Use with `using`: listens for Ctrl-C until the end of the block.
   * @param before runs before the line that says so is printed, e.g. to end a progress display
   */
  protected interruption(before: () => void = () => undefined): Interruption {
    return listenForInterruption((line) => {
      before();
      process.stderr.write(`\r${line}\n`);
    });
  }

  /**
   * Shows an error and sets the exit code (2 usage, 130 interrupted, otherwise what the error says). Nothing is rethrown, so
   * that the process ends by itself and piped output is complete.
   */
  protected override catch(thrown: Error): Promise<void> {
    // `this.exit(code)` is control flow, not an error; oclif ends the process with that code.
    if ('code' in thrown && thrown.code === 'EEXIT') throw thrown;
    const report = toErrorReport(thrown, `${this.config.bin} ${(this.id ?? '').replaceAll(':', ' ')}`.trim());
    process.exitCode = report.exitCode;
    if (this.jsonEnabled()) this.logJson({ error: report });
    else process.stderr.write(`${renderError(report, createTheme('stderr'))}\n`);
    return Promise.resolve();
  }
}
