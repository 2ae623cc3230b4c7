// The arrows of docs/architecture.md. `npm run check` fails when an import goes against them.
'use strict';

const WORKSPACE = '^(cli|study|scenarios|benchmarks|runtime|shared|engines|services/[^/]+)/';

/** @param {string} name @param {string} comment @param {string} from @param {string[]} allowed */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: WORKSPACE, pathNot: [from, ...allowed].map((folder) => `^${folder}/`) },
});

module.exports = {
  forbidden: [
    only('cli-arrows', 'cli -> study, scenarios, benchmarks, runtime', 'cli', [
      'study',
      'scenarios',
      'benchmarks',
      'runtime',
    ]),
    only('study-arrows', 'study -> scenarios, benchmarks, runtime', 'study', ['scenarios', 'benchmarks', 'runtime']),
    only('scenarios-arrows', 'scenarios -> runtime', 'scenarios', ['runtime']),
    only('benchmarks-arrows', 'benchmarks -> runtime, scenarios', 'benchmarks', ['runtime', 'scenarios']),
    only('runtime-arrows', 'runtime launches by command or image and imports nothing of ours', 'runtime', []),
    only('shared-arrows', 'shared imports nothing else of ours', 'shared', []),
    only('engines-arrows', 'engines import nothing else of ours', 'engines', []),
    {
      name: 'services-arrows',
      comment: 'a service imports shared and itself, never another service',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: WORKSPACE, pathNot: ['^services/$1/', '^shared/'] },
    },
    {
      name: 'tiers',
      comment: 'entry-points -> domain -> data-access, never back',
      severity: 'error',
      from: { path: '^services/[^/]+/(domain|data-access)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^services/[^/]+/entry-points/' },
    },
    {
      name: 'mongoose-in-data-access',
      comment: 'data-access is the only place in a service that knows Mongoose',
      severity: 'error',
      from: { path: '^services/[^/]+/(domain|entry-points)/', pathNot: '[.]test[.]ts$' },
      to: { path: 'node_modules/mongoose' },
    },
    {
      name: 'no-circular',
      comment: 'a cycle hides which part knows which',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-undeclared',
      comment: 'every package that is imported is in the package.json of its workspace',
      severity: 'error',
      from: { pathNot: '[.]test[.]ts$' },
      to: {
        // Workspaces of ours resolve to folders, not packages; the arrows above are about them.
        pathNot: WORKSPACE,
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'undetermined'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'resolvable',
      comment: 'every import resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|[.]cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
