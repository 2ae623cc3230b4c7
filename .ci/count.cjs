// @ts-check
'use strict';
// Adds up the JSON reports in a folder: of test runs, and of the catalogue, where a scenario that is proved is a test that passed.
// A step that failed without a failed test counts as one failure. Each failure is told once more: the output above is long.
const fs = require('node:fs');
const path = require('node:path');

const [folder = '', ...failedSteps] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
const LINES_OF_A_FAILURE = 12;
for (const name of fs.readdirSync(folder)) {
  const report = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  if (report.runs) {
    const proved = report.runs.filter((run) => run.outcome === 'proved').length;
    passed += proved;
    failed += report.runs.length - proved;
    for (const run of report.runs)
      if (run.outcome !== 'proved') tell(`the scenario ${run.id} is ${run.outcome}`, run.reasons.join('\n'));
    continue;
  }
  for (const file of report.testResults) {
    const bad = file.assertionResults.filter((test) => test.status === 'failed');
    if (file.status === 'failed' && bad.length === 0) tell(path.relative('', file.name), file.message);
    for (const test of bad) tell(`${path.relative('', file.name)}: ${test.fullName}`, test.failureMessages.join('\n'));
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // Of the defects some are chosen by name: the others were not asked for.
  if (name !== 'defects.json') skipped += report.numPendingTests + report.numTodoTests;
}
for (const step of failedSteps) process.stdout.write(`failed: ${step}\n`);
if (failed === 0) failed = failedSteps.length;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** @param {string} what @param {string | undefined} why */
function tell(what, why = '') {
  const lines = why.split('\n').slice(0, LINES_OF_A_FAILURE);
  process.stdout.write(`failed: ${what}\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
