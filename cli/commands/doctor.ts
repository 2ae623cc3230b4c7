import type { Finding } from '@quickbite/runtime/diagnosis';
import { BaseCommand } from '../base-command.js';
import { renderFindings } from '../presentation/findings.js';

/** Checks the machine. */
export default class Doctor extends BaseCommand {
  static override summary = 'Check that this machine can run the lab, and what is left of earlier runs.';
  static override description =
    'Looks at Node, memory, disk, the state home, what Docker offers, which engines are installed and which are embedded, ports, and leftovers. Changes nothing. Exit code 1 when a check fails.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<Finding[]> {
    await this.parse(Doctor);
    const { diagnose } = await import('@quickbite/runtime/diagnosis');
    const findings = await diagnose();
    this.log(renderFindings(findings, this.theme));
    if (findings.some(({ status }) => status === 'fail')) process.exitCode = 1;
    return findings;
  }
}
