import { Args, Flags } from '@oclif/core';
import { planFor, verifyClaims } from '@quickbite/benchmarks/claims';
import type { Verification } from '@quickbite/benchmarks/claims';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { listRuns } from '@quickbite/scenarios/protocol';
import { TOPICS } from '@quickbite/study/pages';
import { BaseCommand } from '../../base-command.js';
import { findClaim } from '../../find-claim.js';
import { countClaims, countVerdicts } from '../../presentation/claim-ledger.js';
import { showVerification } from '../../presentation/claim-progress.js';
import { formatDuration } from '../../presentation/duration.js';
import { createTheme } from '../../presentation/theme.js';
import { readLedger } from '../../read-ledger.js';

/** What a scenario that is begun last may take beyond the time. */
const LAST_MS = 60_000;

/** Measures and decides claims. */
export default class ClaimsVerify extends BaseCommand {
  static override summary = 'Measure claims on this machine, and decide them.';
  static override description =
    'Without ids: all that fit into --minutes, probes of seconds first, then the scenarios that decide most. Each thing is measured once, on engines and stacks of its own. What is decided is saved at once, so that Ctrl-C loses only what is under way.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> durable-queue-keeps-its-messages herd-hits-the-database',
    '<%= config.bin %> <%= command.id %> --topic caching --runs',
  ];
  static override strict = false;
  static override args = { claim: Args.string({ name: 'claim', description: 'Which ones, by their ids.' }) };
  static override flags = {
    topic: Flags.option({ options: TOPICS, summary: 'Only claims of this topic.' })(),
    minutes: Flags.integer({
      summary: 'How long it may take, unless claims are named. 0: as long as all of them need, about 40 minutes.',
      default: 14,
      min: 0,
    }),
    runs: Flags.boolean({
      summary: 'Decide from your latest saved run of a scenario where there is one, instead of running it again.',
    }),
  };

  async run(): Promise<Verification> {
    const { argv, flags } = await this.parse(ClaimsVerify);
    const context = defaultContext();
    const all = (await readLedger(context)).map(({ claim }) => claim);
    const named = argv.map((id) => findClaim(String(id), all));
    const chosen = (named.length > 0 ? named : all).filter(
      ({ topic }) => flags.topic === undefined || topic === flags.topic,
    );
    const seconds = named.length > 0 || flags.minutes === 0 ? undefined : flags.minutes * 60;
    const plan = planFor(chosen, catalog, seconds);
    const started = Date.now();
    const screen = showVerification(createTheme('stderr'), process.stderr);
    using interruption = this.interruption(screen.end);
    const { record, file } = await verifyClaims(chosen, plan, {
      context,
      signal: interruption.signal,
      ...(seconds !== undefined && { until: started + 1_000 * seconds - LAST_MS }),
      onProgress: screen.onProgress,
      ...(flags.runs && { runs: await listRuns(runsFolder(context.home)) }),
    }).finally(screen.end);
    const { theme } = this;
    this.log(
      `${countClaims(record.verdicts.length)} in ${formatDuration(Date.now() - started)}: ${countVerdicts(record.verdicts.map(({ verdict }) => verdict))}`,
    );
    const { cpu, cores, node } = record.machine;
    const engines = Object.assign({}, ...record.verdicts.map((one) => one.engines)) as Readonly<Record<string, string>>;
    const sources = Object.entries(engines).map(([name, source]) => `${name} ${source}`);
    this.log(theme.muted([`${cpu}, ${String(cores)} cores`, `Node ${node}`, ...sources].join(', ')));
    this.log(theme.muted(`Saved to ${file}`));
    const left = chosen.length - record.verdicts.length;
    if (left > 0)
      this.log(
        `${countClaims(left)} not measured. All, in their time: ${theme.command('quickbite claims verify --minutes 0')}`,
      );
    return record;
  }
}
