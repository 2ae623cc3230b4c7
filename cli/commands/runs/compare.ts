import { Args } from '@oclif/core';
import { ExpectedError } from '@quickbite/runtime/errors';
import { defaultContext, runsFolder } from '@quickbite/runtime/stack';
import { compareRuns, listRuns, pickRun, withRepetitions } from '@quickbite/scenarios/protocol';
import type { ComparedCheck } from '@quickbite/scenarios/protocol';
import { BaseCommand } from '../../base-command.js';
import { renderComparison } from '../../presentation/run-tables.js';

const description = 'Id of a run, or its beginning or end; a run that was repeated stands for all repetitions.';

/** Compares two runs of one scenario. */
export default class RunsCompare extends BaseCommand {
  static override summary = 'Compare two runs of a scenario: what changed beyond the noise.';
  static override description =
    'The noise is the range of repeated runs: make them with "quickbite scenario <id> --repeat 5". A change is beyond it when the two ranges do not overlap.';
  static override examples = ['<%= config.bin %> <%= command.id %> 3f9a1c 81b2d0'];
  static override args = {
    before: Args.string({ required: true, description }),
    after: Args.string({ required: true, description }),
  };

  async run(): Promise<readonly ComparedCheck[]> {
    const { args } = await this.parse(RunsCompare);
    const all = await listRuns(runsFolder(defaultContext().home));
    const [before, after] = [pickRun(all, args.before), pickRun(all, args.after)];
    if (before.scenario.id !== after.scenario.id) {
      throw new ExpectedError(
        `Only runs of one scenario can be compared, not one of ${before.scenario.id} and one of ${after.scenario.id}.`,
        { next: 'List the runs of one with "quickbite runs --scenario <id>".', exitCode: 2 },
      );
    }
    const changed = Object.keys(after.parameters).filter((name) => before.parameters[name] !== after.parameters[name]);
    const compared = compareRuns(withRepetitions(all, before), withRepetitions(all, after));
    this.log(`${this.theme.strong(before.scenario.title)}: ${before.runId} and ${after.runId}`);
    for (const name of changed)
      this.log(`  ${name}: ${String(before.parameters[name])}, then ${String(after.parameters[name])}`);
    this.log(`\n${renderComparison(compared, this.theme)}`);
    return compared;
  }
}
