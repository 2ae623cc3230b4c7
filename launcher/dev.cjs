// @ts-check
'use strict';
// The contributor's commands behind `npm run build|test|check|bench:*`: installs the tools on first use, builds, then runs them.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { ROOT } = require('./paths.cjs');
const { prepare } = require('./prepare.cjs');

const DOCKERFILE = 'deploy/docker/Dockerfile';
const COMPOSE_FILES = ['docker-compose.yml', 'deploy/docker/embedded-mongo.yml', 'deploy/docker/lab.yml'];

/** @type {Record<string, (args: string[]) => string[][]>} */
const TASKS = {
  build: () => [],
  test: (args) => [['vitest', 'run', '--project', 'unit', '--project', 'integration', '--project', 'e2e', ...args]],
  'test:invariants': (args) => [['vitest', 'run', '--project', 'invariants', ...args]],
  'test:catalog': (args) => {
    const { ids, options } = scenariosFirst(args);
    return [['node', 'quickbite', 'lab', 'check', '--run', ...ids.flatMap((id) => ['--only', id]), ...options]];
  },
  'test:defects': (args) => {
    const { ids, options } = scenariosFirst(args);
    const chosen = ids.length > 0 ? ['-t', `^(${ids.join('|')}) is refuted`] : [];
    return [['vitest', 'run', '--project', 'defects', ...chosen, ...options]];
  },
  'test:docker': (args) => [['vitest', 'run', '--project', 'docker', ...args]],
  'test:native': (args) => [['vitest', 'run', '--project', 'native', ...args]],
  'test:endurance': (args) => [['vitest', 'run', '--project', 'endurance', ...args]],
  check: () => [
    ['prettier', '--check', '--log-level', 'warn', '.'],
    ['tsc', '--build', 'tsconfig.json'],
    ['eslint', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint/', '.'],
    [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'cli',
      'study',
      'scenarios',
      'benchmarks',
      'runtime',
      'services',
      'shared',
      'engines',
    ],
    ['node', 'launcher/check-unused.cjs'],
    ['dclint', '--max-warnings', '0', ...COMPOSE_FILES],
    ['dockerfile-utils', 'lint', DOCKERFILE],
    // Knows good practice besides, and is no package of npm.
    ...(isOnPath('hadolint') ? [['hadolint', DOCKERFILE]] : []),
    ['node', 'quickbite', 'lab', 'check'],
    ['node', 'quickbite', 'lab', 'coverage', '--check'],
  ],
  bench: ([name, ...args]) => [['node', `benchmarks/dist/${name}.js`, ...args]],
};

/**
 * Scenarios are named without a flag, before the options.
 * @param {string[]} args
 */
function scenariosFirst(args) {
  const first = args.findIndex((arg) => arg.startsWith('-'));
  const end = first < 0 ? args.length : first;
  return { ids: args.slice(0, end), options: args.slice(end) };
}

/** @param {string} program */
const isOnPath = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

async function main() {
  const [task = '', ...args] = process.argv.slice(2);
  const commands = TASKS[task];
  if (!commands) throw new Error(`expected one of ${Object.keys(TASKS).join(', ')}, got "${task}"`);
  await prepare('dev');
  const env = {
    ...process.env,
    PATH: `${path.join(ROOT, 'node_modules', '.bin')}${path.delimiter}${process.env['PATH']}`,
  };
  const failed = [];
  for (const [command = '', ...rest] of commands(args)) {
    if (task === 'check') process.stderr.write(`check: ${[command, ...rest.slice(0, 2)].join(' ')}\n`);
    const { status, error } = spawnSync(command, rest, {
      cwd: ROOT,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (error) process.stderr.write(`${command} could not be started: ${error.message}\n`);
    if (status !== 0) failed.push(command);
  }
  if (task === 'check')
    process.stderr.write(failed.length === 0 ? 'check: all clean\n' : `check: failed: ${failed.join(', ')}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
