// @ts-check
'use strict';
// Adds up the JSON reports in a folder: of test runs, and of the catalogue, where a scenario that is proved is a test that passed.
// A step that failed without a failed test counts as one failure.
const fs = require('node:fs');
const path = require('node:path');

const [folder = '', ...failedSteps] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of fs.readdirSync(folder)) {
  const report = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  if (report.runs) {
    const proved = report.runs.filter((run) => run.outcome === 'proved').length;
    passed += proved;
    failed += report.runs.length - proved;
    continue;
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
