import { Args, Flags } from '@oclif/core';
import type { LogEntry, LogQuery } from '@quickbite/runtime/logs';
import { checkName } from '../assignments.js';
import { BaseCommand } from '../base-command.js';
import { stackFlag } from '../flags.js';
import { renderLogEntry } from '../presentation/log-lines.js';

/** Shows what the processes of a stack have logged. */
export default class Logs extends BaseCommand {
  static override summary = 'Show the logs of the stack, merged by time.';
  static override description =
    'Reads the JSON lines of the services and the engines as text. With --correlation, follows one request through all services that it touched.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> order-service --follow',
    '<%= config.bin %> <%= command.id %> --correlation 7b0c8a52-1f5e-4f3b-9d53-0a6f9f1f8c11',
    '<%= config.bin %> <%= command.id %> --lines 1000 --json | jq -r \'select(.level == "error") | .message\'',
  ];
  static override args = {
    process: Args.string({ description: 'only this process, e.g. order-service or mongo; default: all' }),
  };
  static override flags = {
    stack: stackFlag,
    follow: Flags.boolean({ char: 'f', summary: 'Keep showing new lines until Ctrl-C.' }),
    lines: Flags.integer({
      char: 'n',
      summary: 'Start with the last so many lines.',
      helpValue: '<number>',
      default: 50,
      min: 0,
    }),
    correlation: Flags.string({ summary: 'Only lines of this request.', helpValue: '<id>' }),
    json: Flags.boolean({ summary: 'Print each line as a JSON object.', helpGroup: 'GLOBAL' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Logs);
    const [{ attachStack }, { followLogs, readLogs }] = await Promise.all([
      import('@quickbite/runtime/stack'),
      import('@quickbite/runtime/logs'),
    ]);
    const { processes } = await attachStack(flags.stack);
    if (args.process !== undefined)
      checkName(
        'logs',
        args.process,
        processes.map(({ name }) => name),
      );
    const sources = processes
      .filter(({ name }) => args.process === undefined || name === args.process)
      .map(({ log }) => log);
    const query: LogQuery = { lines: flags.lines, ...(flags.correlation && { correlationId: flags.correlation }) };
    if (!flags.follow) {
      for (const entry of await readLogs(sources, query)) this.print(entry);
      return;
    }
    const stop = new AbortController();
    const end = (): void => stop.abort();
    // A reader that has seen enough (`| head`) closes the pipe: then there is nobody to follow for.
    process.once('SIGINT', end).once('SIGTERM', end);
    process.stdout.once('error', end);
    for await (const entry of followLogs(sources, query, stop.signal)) this.print(entry);
  }

  private print(entry: LogEntry): void {
    process.stdout.write(`${this.jsonEnabled() ? JSON.stringify(entry) : renderLogEntry(entry, this.theme)}\n`);
  }
}
