import { isAbsolute, relative } from 'node:path';
import type { ArmMeasurements, Experiment, RunResult } from '@quickbite/scenarios/protocol';
import { renderBars } from './bar-chart.js';
import { renderLevels } from './level-chart.js';
import { renderChecks } from './run-tables.js';
import { renderChart } from './scenario-chart.js';
import { paintOutcome, wrapText } from './scenario-words.js';
import type { Theme } from './theme.js';

const WIDEST_TEXT = 100;

/** The end of a run: chart, checks, verdict, why, and where to read more. */
export function renderReport(experiment: Experiment, result: RunResult, theme: Theme, columns: number): string {
  const { record, measured, evidence } = result;
  const width = Math.min(WIDEST_TEXT, columns) - 1;
  const arms = [...measured.values()];
  const logs = record.outcome === 'inconclusive' && record.stack.bootedForThisRun ? ', and the logs beside it' : '';
  const paragraphs = [
    arms.length > 0 ? renderPicture(experiment, arms, theme, columns) : '',
    renderChecks(record.checks, theme),
    [
      `${paintOutcome(record.outcome, theme)}  ${theme.strong(record.scenario.title)}`,
      ...indented(experiment.card.question, width).map((line) => theme.muted(line)),
      ...record.reasons.flatMap((reason) => indented(reason, width)),
    ].join('\n'),
    record.why.map((sentence) => wrapText(sentence, width).join('\n')).join('\n'),
    readMore(experiment, theme),
    evidence.saved
      ? theme.muted(`Evidence  ${shortPath(evidence.file)}${logs}`)
      : `${theme.bad(theme.symbols.bad)} ${wrapText(evidence.reason, width).join('\n')}`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n');
}

/** Bars where the story measured for itself, with what observers counted over time; a chart over time elsewhere. */
function renderPicture(
  experiment: Experiment,
  arms: readonly ArmMeasurements[],
  theme: Theme,
  columns: number,
): string {
  if (experiment.bars.length === 0) return renderChart(experiment, arms, theme, columns);
  const parts = [renderBars(experiment, arms, theme, columns), renderLevels(experiment, arms, theme, columns)];
  return parts.filter((part) => part !== '').join('\n');
}

function readMore(experiment: Experiment, theme: Theme): string {
  const { id, concepts, questions, claims, defect } = experiment.card;
  const pages = [
    ...concepts.map((concept) => `docs/guide/${concept}.md`),
    ...questions.map((question) => `docs/interview/${question}.md`),
    ...claims.map((claim) => `docs/claims/${claim}.md`),
  ];
  return [
    theme.heading('Read more'),
    ...pages.map((page) => `  ${page}`),
    `  ${sourceOf(defect.file)} ${theme.muted('the defence')}`,
    `  scenarios/catalog/${id}/README.md ${theme.muted('what to try next')}`,
  ].join('\n');
}

/** The file that a built one is made of. */
const sourceOf = (built: string): string => built.replace('/dist/', '/').replace(/\.js$/, '.ts');

function indented(text: string, width: number): readonly string[] {
  return wrapText(text, width - 2).map((line) => `  ${line}`);
}

function shortPath(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') || isAbsolute(near) ? file : near;
}
