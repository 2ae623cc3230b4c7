import { Flags } from '@oclif/core';
import { ExpectedError } from '@quickbite/runtime/errors';
import { BaseCommand } from '../base-command.js';
import { renderStack } from '../presentation/stack-table.js';
import { reportStack } from '../stack-report.js';
import type { StackReport } from '../stack-report.js';

/** Shows what is up. */
export default class Status extends BaseCommand {
  static override summary = 'Show the processes of every stack as they are now.';
  static override description = `Asks the operating system and each readiness probe at this moment:
  ready      it runs and serves
  not ready  it runs; the line below the table says what the probe saw
  paused     it is frozen: it keeps its connections and answers nothing
  stopped    it was stopped or killed by a command
  gone       it ended although nobody asked for it`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --stack second',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'.[].processes[] | select(.status != "ready") | .name\'',
  ];
  static override flags = {
    stack: Flags.string({ summary: 'Only this stack. Default: all of them.', helpValue: '<id>' }),
  };

  async run(): Promise<StackReport[]> {
    const { flags } = await this.parse(Status);
    const { listStacks } = await import('@quickbite/runtime/stack');
    const all = await listStacks();
    const chosen = all.filter(({ id }) => flags.stack === undefined || id === flags.stack);
    if (flags.stack !== undefined && chosen.length === 0) {
      throw new ExpectedError(`There is no stack "${flags.stack}".`, {
        details: all.length > 0 ? [`there is: ${all.map(({ id }) => id).join(', ')}`] : [],
        next: `Boot it with "${this.config.bin} up --stack ${flags.stack}".`,
      });
    }
    const reports = await Promise.all(chosen.map(reportStack));
    if (reports.length === 0) this.log(`No stack is up. Boot one with ${this.theme.command(`${this.config.bin} up`)}.`);
    else this.log(reports.map((report) => this.describe(report)).join('\n\n'));
    return reports;
  }

  private describe(report: StackReport): string {
    const text = renderStack(report, this.theme);
    const next = this.next(report);
    return next ? `${text}\n\n${this.theme.command(this.theme.symbols.next)} ${next}` : text;
  }

  private next({ id, condition, problem, processes }: StackReport): string | undefined {
    const option = id === 'default' ? '' : ` --stack ${id}`;
    if (condition === 'leftover')
      return `Remove it with "${this.config.bin} down${option}${problem ? ' --force' : ''}".`;
    const ended = processes.some(({ status }) => status === 'gone' || status === 'stopped');
    return ended ? `Start what has ended with "${this.config.bin} up${option}".` : undefined;
  }
}
