import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Flags } from '@oclif/core';
import { ExpectedError } from '@quickbite/runtime/errors';
import { suites } from '@quickbite/benchmarks/suites';
import { defaultContext } from '@quickbite/runtime/stack';
import { catalog } from '@quickbite/scenarios/catalog';
import { readStudy } from '@quickbite/study/lint';
import { COVERAGE_FILE, coverageOf, coveragePage, readSources } from '@quickbite/study/sources';
import type { Coverage, CoverageRow } from '@quickbite/study/sources';
import { BaseCommand } from '../../base-command.js';

/** Says what takes up each section and question of the source guides. */
export default class LabCoverage extends BaseCommand {
  static override summary = 'Say which section and question of the source guides is taken up where, and by nothing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --write',
    '<%= config.bin %> <%= command.id %> --check',
  ];
  static override flags = {
    write: Flags.boolean({ summary: `Write the table to ${COVERAGE_FILE}.` }),
    check: Flags.boolean({
      summary: 'Fail when the table is out of date, or when nothing takes up a section or a question.',
      exclusive: ['write'],
    }),
  };

  async run(): Promise<Coverage> {
    const { flags } = await this.parse(LabCoverage);
    const { root } = defaultContext();
    const { study } = await readStudy(root, catalog, suites);
    const coverage = coverageOf(await readSources(root), study);
    const file = path.join(root, COVERAGE_FILE);
    if (flags.write) await writeFile(file, coveragePage(coverage));
    const rows = [...coverage.sections, ...coverage.questions];
    const empty = rows.filter(({ concepts }) => concepts.length === 0);
    const { ok, bad, symbols } = this.theme;
    for (const { id } of empty) this.log(`${bad(symbols.bad)} ${id} is taken up by nothing`);
    this.log(`${rows.length - empty.length} of ${rows.length} sections and questions are taken up`);
    if (flags.check) {
      await this.expectCurrent(file, coverage, empty);
      this.log(`${ok(symbols.ok)} ${COVERAGE_FILE} is up to date`);
    }
    return coverage;
  }

  private async expectCurrent(file: string, coverage: Coverage, empty: readonly CoverageRow[]): Promise<void> {
    const written = await readFile(file, 'utf8').catch(() => '');
    if (written !== coveragePage(coverage))
      throw new ExpectedError(`${COVERAGE_FILE} is not what the pages say now.`, {
        next: 'Make it anew with "quickbite lab coverage --write".',
      });
    if (empty.length > 0)
      throw new ExpectedError(`Nothing takes up ${String(empty.length)} sections or questions.`, {
        next: 'Name each in the "covers" of a concept, or in the "sources" of a question.',
      });
  }
}
