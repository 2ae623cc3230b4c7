import { attachStack } from '@quickbite/runtime/stack';
import { BaseCommand } from '../base-command.js';
import { stackFlag } from '../flags.js';
import { renderTable } from '../presentation/table.js';

const MIB = 1024 ** 2;

/** What one process takes, as `--json` prints it. */
interface Taken {
  readonly name: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly limitBytes: number | null;
}

/** Shows what a stack takes. */
export default class Stats extends BaseCommand {
  static override summary = 'Show the CPU and the memory that each process of the stack takes now.';
  static override description =
    'Looks for a second. CPU is of one core: two busy ones are 200 %. In a container memory has a limit; a process shares that of the machine, and pages that several share are counted for each.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --json | jq 'map(.memoryBytes) | add'",
  ];
  static override flags = { stack: stackFlag };

  async run(): Promise<readonly Taken[]> {
    const { flags } = await this.parse(Stats);
    const stack = await attachStack(flags.stack);
    const usage = await stack.usage();
    const taken = stack.processes.flatMap(({ name }): Taken[] => {
      const its = usage.get(name);
      return its ? [{ name, ...its, limitBytes: its.limitBytes ?? null }] : [];
    });
    const sum = (of: (each: Taken) => number): number => taken.reduce((total, each) => total + of(each), 0);
    const rows = [
      ...taken,
      {
        name: 'all together',
        cpuPercent: sum(({ cpuPercent }) => cpuPercent),
        memoryBytes: sum(({ memoryBytes }) => memoryBytes),
        limitBytes: null,
      },
    ].map(({ name, cpuPercent, memoryBytes, limitBytes }) => [
      this.theme.strong(name),
      `${cpuPercent.toFixed(0)} %`,
      `${(memoryBytes / MIB).toFixed(0)} MiB`,
      limitBytes === null ? '' : `${(limitBytes / MIB).toFixed(0)} MiB`,
    ]);
    const right = { align: 'right' } as const;
    const columns = [
      { title: 'process' },
      { title: 'cpu', ...right },
      { title: 'memory', ...right },
      { title: 'at most', ...right },
    ];
    this.log(renderTable(this.theme, columns, rows));
    return taken;
  }
}
