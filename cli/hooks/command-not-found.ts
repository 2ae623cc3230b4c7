import type { Hook } from '@oclif/core';
import { loadHelpClass, toConfiguredId } from '@oclif/core';
import { ExpectedError } from '@quickbite/runtime/errors';
import { nearestName } from '../nearest-name.js';
import { renderError, toErrorReport } from '../presentation/error-rendering.js';
import { createTheme } from '../presentation/theme.js';

/** Answers `quickbite help <command>`, and an unknown command with the nearest one. */
const hook: Hook.CommandNotFound = async function ({ id, argv = [], config }) {
  const words = [...id.split(':'), ...argv];
  if (words[0] === 'help') {
    const Help = await loadHelpClass(config);
    await new Help(config, config.pjson.oclif.helpOptions).showHelp(words.slice(1));
    return;
  }
  const known = config.commands
    .filter((command) => !command.hidden)
    .map((command) => toConfiguredId(command.id, config));
  const given = words.filter((word) => !word.startsWith('-'));
  // What follows the command is an argument as often as a second word of its name.
  const candidates = given.map((_, index) => nearestName(given.slice(0, given.length - index).join(' '), known));
  const meant = candidates.find((candidate) => candidate !== undefined);
  const error = new ExpectedError(`There is no command "${given.join(' ')}".`, {
    next: meant
      ? `Did you mean "${config.bin} ${meant}"? All commands: "${config.bin} --help".`
      : `See all commands with "${config.bin} --help".`,
    exitCode: 2,
  });
  const report = toErrorReport(error, config.bin);
  process.exitCode = report.exitCode;
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: report }, null, 2)}\n`);
  else process.stderr.write(`${renderError(report, createTheme('stderr'))}\n`);
};

export default hook;
