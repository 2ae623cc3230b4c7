import { Flags } from '@oclif/core';
import { VERDICTS } from '@quickbite/benchmarks/claims';
import { defaultContext } from '@quickbite/runtime/stack';
import { TOPICS } from '@quickbite/study/pages';
import { BaseCommand } from '../../base-command.js';
import { countClaims, countVerdicts, renderLedger } from '../../presentation/claim-ledger.js';
import { readLedger } from '../../read-ledger.js';

/** What `--json` says of a claim. */
interface ListedClaim {
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  readonly verdict: string | null;
  readonly reason: string | null;
  readonly at: string | null;
}

/** The ledger. */
export default class Claims extends BaseCommand {
  static override summary = 'The numbers and statements of the guide, and what your own machine says of them.';
  static override description =
    '"claims verify" measures them; "claims show <id>" explains one. Nothing here is a verdict of ours: each is a rule over what was measured.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --topic caching',
    '<%= config.bin %> <%= command.id %> --verdict "does not hold"',
  ];
  static override flags = {
    topic: Flags.option({ options: TOPICS, summary: 'Only claims of this topic.' })(),
    verdict: Flags.option({
      options: [...VERDICTS, 'undecided', 'not verified'] as const,
      summary: 'Only claims with this verdict.',
    })(),
  };

  async run(): Promise<readonly ListedClaim[]> {
    const { flags } = await this.parse(Claims);
    const all = await readLedger(defaultContext());
    const shown = all.filter(
      ({ claim, latest }) =>
        (flags.topic === undefined || claim.topic === flags.topic) &&
        (flags.verdict === undefined || (latest?.verdict ?? 'not verified') === flags.verdict),
    );
    const { theme } = this;
    if (shown.length === 0) this.log(`No claim is like that. All of them: ${theme.command('quickbite claims')}`);
    else {
      this.log(renderLedger(shown, TOPICS, theme));
      this.log(`\n${countClaims(shown.length)}: ${countVerdicts(shown.map(({ latest }) => latest?.verdict ?? null))}`);
      this.log(theme.muted('quickbite claims show <id> explains one, quickbite claims verify measures them'));
    }
    return shown.map(({ claim: { id, title, topic }, latest }) => ({
      ...{ id, title, topic },
      verdict: latest?.verdict ?? null,
      reason: latest?.reason ?? null,
      at: latest?.at ?? null,
    }));
  }
}
