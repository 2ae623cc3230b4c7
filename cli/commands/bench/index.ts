import { Args, Flags } from '@oclif/core';
import { compareMeasurements } from '@quickbite/benchmarks/measurement';
import type { ComparedFigure } from '@quickbite/benchmarks/measurement';
import { listRecords, pickRecord, profileFolder, runSuite, runSuites, saveRecord } from '@quickbite/benchmarks/records';
import type { BenchRecord } from '@quickbite/benchmarks/records';
import { benchDefaults, suites } from '@quickbite/benchmarks/suites';
import type { Suite } from '@quickbite/benchmarks/suites';
import { ExpectedError } from '@quickbite/runtime/errors';
import { defaultContext } from '@quickbite/runtime/stack';
import { parseEngines } from '../../assignments.js';
import { BaseCommand } from '../../base-command.js';
import { findSuites } from '../../find-suite.js';
import { showBenchProgress } from '../../presentation/bench-progress.js';
import { renderBench, renderBenchComparison } from '../../presentation/bench-report.js';
import { renderTable } from '../../presentation/table.js';
import { outputWidth } from '../../presentation/theme.js';
import { renderResultsPage } from '../../results-page.js';
import { mustBeWritable, writeExport } from '../../write-export.js';

/** What `--json` answers for one benchmark. */
interface Benched extends BenchRecord {
  readonly compared?: readonly ComparedFigure[];
}

/** Measures, or lists what can be measured. */
export default class Bench extends BaseCommand {
  static override summary = 'Measure on this machine what the guide puts numbers on, or list what can be measured.';
  static override description = [
    'Each benchmark boots what it needs and takes it down, warms up, offers as much load as is taken (each connection waits for its answer) and a fixed rate (nobody waits: latency counts from the time a request was due), several times, and says the median with the range as its noise. A percentile that too few samples support is withheld.',
    'Close what else uses the processor; what is measured is the machine with everything on it.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> coordinated-omission',
    '<%= config.bin %> <%= command.id %> cache --runs 5',
    '<%= config.bin %> <%= command.id %> orders --compare orders',
    '<%= config.bin %> <%= command.id %> orders --profile',
    '<%= config.bin %> <%= command.id %> all --page results.md',
  ];
  static override args = {
    suite: Args.string({ name: 'suite', description: 'Which one, or "all". Without it: the list.' }),
  };
  static override flags = {
    runs: Flags.integer({
      summary: 'Repeat everything so many times; their range is the noise.',
      helpValue: '<times>',
      default: benchDefaults.repetitions,
      min: 1,
      max: 20,
    }),
    seconds: Flags.integer({
      summary: 'How long each load lasts.',
      helpValue: '<s>',
      default: benchDefaults.seconds,
      min: 1,
      max: 120,
    }),
    compare: Flags.string({
      summary: 'Say what has changed beyond the noise since a saved run: its id, or of a benchmark for its latest run.',
      helpValue: '<run>',
    }),
    engine: Flags.string({
      summary: 'Where an engine comes from: native or embedded.',
      helpValue: '<name=source>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    profile: Flags.boolean({
      summary: 'Measure once more with a CPU profile of each process, and say whose code the time went to.',
    }),
    page: Flags.string({ summary: 'Also write the results to this file, as Markdown.', helpValue: '<file>' }),
  };

  async run(): Promise<Benched | readonly Benched[] | readonly Pick<Suite, 'id' | 'question'>[]> {
    const { args, flags } = await this.parse(Bench);
    if (args.suite === undefined) return this.list();
    const chosen = findSuites(args.suite);
    const runtime = defaultContext();
    const engineNames = runtime.catalogue.filter(({ kind }) => kind === 'engine').map(({ name }) => name);
    const engines = parseEngines(flags.engine ?? [], engineNames);
    const before = flags.compare === undefined ? undefined : await this.earlier(flags.compare, chosen);
    const progress = showBenchProgress(process.stderr, this.jsonEnabled());
    using interruption = this.interruption(progress.end);
    const { signal } = interruption;
    const done: Benched[] = [];
    const { runs: repetitions, seconds, profile, page } = flags;
    // To find out after a quarter of an hour that it cannot be written would be late.
    if (page !== undefined) await mustBeWritable(page);
    const measure = async (suite: Suite): Promise<void> => {
      const settings = { ...benchDefaults, repetitions, seconds, engines };
      const onProgress = (what: string): void => progress.say(suite.id, what);
      const context = { runtime, ...settings, onProgress, signal };
      const record = await runSuite(suite, context, { profile }).finally(progress.end);
      await saveRecord(runtime.home, record);
      this.log(`\n${renderBench(record, suite, this.theme, outputWidth())}`);
      if (profile) this.log(`\n${this.theme.muted(this.whereProfilesAre(record, runtime.home))}`);
      const compared = before && compareMeasurements(before, record);
      if (compared) this.log(`\nSince ${before.runId}:\n\n${renderBenchComparison(compared, this.theme)}`);
      done.push({ ...record, ...(compared && { compared }) });
    };
    const [first, ...others] = chosen;
    if (first && others.length === 0) await measure(first);
    const failed = others.length === 0 ? [] : await runSuites(chosen, measure, signal);
    if (page !== undefined && done.length > 0) await writeExport(page, renderResultsPage(done, suites));
    if (failed.length > 0)
      throw new ExpectedError(`${failed.length} of ${chosen.length} benchmarks failed; the others are saved.`, {
        details: failed.map(({ id, why }) => `${id}: ${why}`),
        next: 'Run "quickbite bench <name>" for each of them.',
      });
    const [only] = done;
    return only && done.length === 1 ? only : done;
  }

  private whereProfilesAre({ profiles = {}, runId }: BenchRecord, home: string): string {
    return Object.keys(profiles).length === 0
      ? 'This benchmark has no process that could be profiled.'
      : `The CPU profiles are in ${profileFolder(home, runId)}: DevTools and editors open them.`;
  }

  /** The run to compare with. */
  private async earlier(wanted: string, chosen: readonly Suite[]): Promise<BenchRecord> {
    const before = pickRecord(await listRecords(defaultContext().home), wanted);
    const [suite] = chosen;
    if (chosen.length === 1 && suite?.id === before.suite.id) return before;
    throw new ExpectedError(
      chosen.length > 1
        ? 'Only one benchmark can be compared at a time.'
        : `Only runs of one benchmark can be compared, not one of ${before.suite.id} and one of ${suite?.id ?? ''}.`,
      { next: `For example "quickbite bench ${before.suite.id} --compare ${wanted}".`, exitCode: 2 },
    );
  }

  private list(): readonly Pick<Suite, 'id' | 'question'>[] {
    const rows = suites.map(({ id, question }) => [this.theme.strong(id), question]);
    this.log(renderTable(this.theme, [{ title: 'benchmark' }, { title: 'question' }], rows));
    this.log(`\nRun one with ${this.theme.command(`${this.config.bin} bench ${suites[0]?.id ?? 'all'}`)}.`);
    return suites.map(({ id, question }) => ({ id, question }));
  }
}
