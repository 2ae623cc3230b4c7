import { ExpectedError } from '@quickbite/runtime/errors';
import type { Theme } from './theme.js';

/** What `--json` prints for an error. */
export interface ErrorReport {
  readonly message: string;
  readonly details: readonly string[];
  readonly next: string;
  readonly exitCode: number;
  /** Only for a defect. */
  readonly stack?: string;
}

/** Reads any thrown value: an expected error as it is, a usage error of oclif's parser, or a defect. */
export function toErrorReport(thrown: unknown, commandLine: string): ErrorReport {
  if (thrown instanceof ExpectedError) {
    return { message: thrown.message, details: thrown.details, next: thrown.next, exitCode: thrown.exitCode };
  }
  if (isUsageError(thrown)) return usageReport(thrown, commandLine);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    message: `This is a defect in QuickBite: ${error.message}`,
    details: withCauses(error),
    next: 'Run it again with DEBUG=* for more, and report it with the lines above.',
    exitCode: 1,
    stack: error.stack ?? '',
  };
}

/** One sentence, its details indented, and what to do next. */
export function renderError(report: ErrorReport, theme: Theme): string {
  const [first = '', ...rest] = report.message.split('\n');
  return [
    `${theme.bad(theme.symbols.bad)} ${theme.strong(first)}`,
    ...[...rest, ...report.details].map((line) => theme.muted(`  ${line}`)),
    `${theme.command(theme.symbols.next)} ${report.next}`,
  ].join('\n');
}

/** oclif's own errors carry the exit code in `oclif.exit`; those of its parser are usage errors. */
function isUsageError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'oclif' in thrown && !('code' in thrown && thrown.code === 'EEXIT');
}

function usageReport(error: Error, commandLine: string): ErrorReport {
  // "Parsing --runs", a line break, a tab, and what is wrong with it: one sentence.
  const said = error.message
    .replace(/^Parsing (\S+) *\n\s*/, '$1: ')
    .replace(/^The following error occurred: *\n\s*/, '');
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !/^See more help/.test(line));
  const [message = '', ...details] = lines.map((line) => line.trimEnd());
  return { message: asSentence(message), details, next: `See the usage with "${commandLine} --help".`, exitCode: 2 };
}

function asSentence(text: string): string {
  return /[.:?!]$/.test(text) ? text : `${text}.`;
}

function withCauses(error: Error): string[] {
  const lines = (error.stack ?? error.message).split('\n').slice(1, 9);
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) lines.push(`caused by: ${cause.message}`);
  return lines.map((line) => line.trim());
}
