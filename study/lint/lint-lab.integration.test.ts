import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServiceDef } from '@quickbite/runtime/definitions';
import { defaultContext } from '@quickbite/runtime/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { catalog } from '@quickbite/scenarios/catalog';
import type { Scenario } from '@quickbite/scenarios/protocol';
import { fixLinks } from './fix-links.js';
import { lintLab } from './lint-lab.js';
import { readConcepts, readQuestions } from '../pages/index.js';
import { readStudy } from './read-study.js';
import type { Bench } from './study.js';

const real = defaultContext();
const [scenario, ...others] = catalog as [Scenario, ...Scenario[]];
let root = '';

/** A service that says which knobs it has, and nothing else. */
const GATEWAY = `
const others = ['bulkhead.enabled', 'retry.enabled', 'balancing.ejection', 'responseCache.enabled'];
const names = [...others, 'upstream.timeoutMs', 'breaker.enabled', 'breaker.resetTimeoutMs', 'breaker.rollingWindowMs'];
const knobs = names.map((name) => ({ name, description: name, default: 1, value: 1, schema: {} }));
console.log(JSON.stringify({ service: 'api-gateway', knobs }));
`;

const processes = real.catalogue.map((def) =>
  def.name === 'api-gateway' ? ({ ...def, entry: 'gateway.mjs' } as ServiceDef) : def,
);

/** A copy of what the lint reads; the code that pages refer to is linked. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'quickbite-lint-'));
  for (const folder of ['docs', 'scenarios/catalog'])
    cpSync(path.join(real.root, folder), path.join(root, folder), { recursive: true });
  const linked = readdirSync(path.join(real.root, 'scenarios')).filter((name) => name !== 'catalog');
  for (const entry of [
    'shared',
    'services',
    'runtime',
    'study',
    'tests',
    'benchmarks',
    'deploy',
    'launcher',
    'docker-compose.yml',
    '.dependency-cruiser.cjs',
    ...linked.map((name) => `scenarios/${name}`),
  ])
    symlinkSync(path.join(real.root, entry), path.join(root, entry));
  writeFileSync(path.join(root, 'gateway.mjs'), GATEWAY);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The other scenarios, so that their pages do not stand alone; their knobs are those of services that are not started here. */
const without = others.map((other): Scenario => {
  const none = { undefended: {}, defended: {} };
  return { ...other, withSettings: (settings) => ({ ...other.withSettings(settings), arms: none, variants: none }) };
});

/** Benchmarks that name what names them: which there really are is known to who may import them. */
async function benchesOfPages(): Promise<readonly Bench[]> {
  const [concepts, questions] = await Promise.all([readConcepts(real.root), readQuestions(real.root)]);
  const ids = new Set(concepts.pages.flatMap(({ benches }) => benches));
  return [...ids].map((id) => ({
    id,
    concepts: concepts.pages.filter(({ benches }) => benches.includes(id)).map((page) => page.id),
    questions: questions.pages.filter(({ benches }) => benches.includes(id)).map((page) => page.id),
  }));
}

async function lint(changed: Partial<Scenario> = {}, more: readonly Bench[] = []): Promise<string[]> {
  const benches = [...(await benchesOfPages()), ...more];
  const problems = await lintLab({ root, catalog: [{ ...scenario, ...changed }, ...without], benches, processes });
  return problems.map(({ file, message }) => `${file} ${message}`);
}

const pageOf = (matter: Readonly<Record<string, unknown>>, text = 'Text.'): string =>
  `---\n${stringify(matter)}---\n\n${text}\n`;

/** A page of docs/guide that lacks nothing but its parts. */
const concept = (id: string, more: Readonly<Record<string, unknown>> = {}, text?: string): void => {
  const lists = { prerequisites: [], scenarios: [], questions: [], claims: [], covers: [] };
  const code = [{ file: 'shared/resilience/breaker.ts', symbol: 'createBreaker' }];
  const matter = { id, title: 'A title', topic: 'resilience', ...lists, code, ...more };
  writeFileSync(path.join(root, `docs/guide/${id}.md`), pageOf(matter, text));
};

/** A page of docs/interview that lacks nothing. */
const question = (more: Readonly<Record<string, unknown>> = {}): void => {
  const about = { topic: 'resilience', level: 'mid', kind: 'explain', minutes: 2, concepts: ['timeouts'] };
  const points = { keyPoints: [{ point: 'so', weight: 3 }], mistakes: ['not so'], followUps: ['And then?'] };
  const matter = { id: 'why', title: 'Why?', ...about, ...points, evidence: [], sources: [], ...more };
  writeFileSync(path.join(root, 'docs/interview/why.md'), pageOf(matter));
};

const evidence = (more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  evidence: [{ scenario: 'timeouts', sentence: 'It took {value}.', ...more }],
});

test('the lab as it is holds together', async () => {
  expect(await lint()).toEqual([]);
});

test('a benchmark and the pages that it names know each other, and it names some', async () => {
  const problems = await lint({}, [
    { id: 'shoes', concepts: ['timeouts', 'laces'], questions: ['how-long-should-a-timeout-be'] },
    { id: 'hats', concepts: [], questions: [] },
  ]);
  expect(problems).toEqual([
    'benchmarks/suites/shoes.ts names the concept "laces", which has no page',
    'benchmarks/suites/hats.ts names no concept',
    'benchmarks/suites/hats.ts names no question',
    expect.stringContaining('docs/guide/timeouts.md does not list "shoes" under benches, which names it'),
    expect.stringContaining('docs/interview/how-long-should-a-timeout-be.md does not list "shoes" under benches'),
  ]);
});

test('a page that lists a benchmark which does not name it is found', async () => {
  concept('shoes', { noScenario: 'none', benches: ['hats'] });
  expect((await lint()).join('\n')).toMatch(
    /names the benchmark "hats".*\n[^]*lists "hats" under benches, which does not/,
  );
});

/** The page of a claim that is in order, with a change. */
const claim = (change: (whole: string) => string): (() => void) => {
  const file = 'docs/claims/setnx-takes-an-expiry.md';
  return () => {
    const before = readFileSync(path.join(root, file), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`expected a change of ${file}`);
    writeFileSync(path.join(root, file), after);
  };
};

const breaks: readonly { name: string; make?: () => void; changed?: Partial<Scenario>; says: RegExp }[] = [
  {
    name: 'a scenario without a README',
    make: () => rmSync(path.join(root, 'scenarios/catalog/circuit-breaker/README.md')),
    says: /catalog\/circuit-breaker lacks README\.md/,
  },
  {
    name: 'an id that is not the name of a folder',
    changed: { id: 'breaker' },
    says: /lists "breaker", which has no folder/,
  },
  {
    name: 'a folder that is no scenario',
    make: () => mkdirSync(path.join(root, 'scenarios/catalog/forgotten')),
    says: /catalog\/forgotten is the folder of no scenario/,
  },
  {
    name: 'a stray file in a scenario',
    make: () => writeFileSync(path.join(root, 'scenarios/catalog/circuit-breaker/notes.txt'), ''),
    says: /notes\.txt is a stray file/,
  },
  {
    name: 'a stray file among the pages',
    make: () => writeFileSync(path.join(root, 'docs/guide/draft.txt'), ''),
    says: /docs\/guide\/draft\.txt is a stray file/,
  },
  {
    name: 'a concept that is named and has no page',
    changed: { concepts: [...scenario.concepts, 'teapots'] },
    says: /names the concept "teapots", which has no page/,
  },
  {
    name: 'a question that is named and has no page',
    changed: { questions: [...scenario.questions, 'why'] },
    says: /names the question "why", which has no page/,
  },
  {
    name: 'a claim that is named and has no page',
    changed: { claims: [...scenario.claims, 'bold'] },
    says: /names the claim "bold", which has no page/,
  },
  { name: 'a scenario that names no claim', changed: { claims: [] }, says: /scenario\.ts names no claim/ },
  {
    name: 'a concept that no scenario shows',
    make: () => concept('sharding'),
    says: /docs\/guide\/sharding\.md is a concept that no scenario shows/,
  },
  {
    name: 'a question without a concept',
    make: () => question({ concepts: [] }),
    says: /why\.md has wrong front matter: concepts: .*expected array to have >=1/,
  },
  {
    name: 'a question about a concept that has no page',
    make: () => question({ concepts: ['teapots'] }),
    says: /why\.md names the concept "teapots", which has no page/,
  },
  {
    name: 'a claim whose rule has no line',
    make: claim((text) => text.replace('holds: { atLeast: 1 }', 'holds: { about: 1 }')),
    says: /setnx-takes-an-expiry\.md has wrong front matter: rule/,
  },
  {
    name: 'a claim without a rule',
    make: claim((text) => text.replace(/rule:\n {2}of.*\n {2}holds.*\n/, '')),
    says: /setnx-takes-an-expiry\.md has wrong front matter: .*expected a rule, or measured: \{ notHere \}/,
  },
  {
    name: 'a claim that is measured by no probe there is',
    make: claim((text) => text.replace('probe: redis-lock', 'probe: crystal-ball')),
    says: /setnx-takes-an-expiry\.md is measured by the probe "crystal-ball", which does not exist/,
  },
  {
    name: 'a claim that needs a figure which is not measured',
    make: claim((text) => text.replace('of: setnx-with-expiry', 'of: happiness')),
    says: /setnx-takes-an-expiry\.md needs the figure "happiness", which the probe "redis-lock" does not measure/,
  },
  {
    name: 'a claim that is measured by no benchmark there is',
    make: claim((text) => text.replace('probe: redis-lock', 'bench: crystal-ball')),
    says: /setnx-takes-an-expiry\.md is measured by the benchmark "crystal-ball", which does not exist/,
  },
  {
    name: 'a claim that does not explain a verdict',
    make: claim((text) => text.replace('## If it holds', '## In any case')),
    says: /setnx-takes-an-expiry\.md does not explain the verdict "holds"/,
  },
  {
    name: 'a claim that explains a verdict which cannot come',
    make: claim((text) => text.replace('## If it holds', '## If it depends\n\nText.\n\n## If it holds')),
    says: /setnx-takes-an-expiry\.md explains the verdict "depends", to which its rule cannot come/,
  },
  {
    name: 'a claim that is measured by a scenario which does not name it',
    make: claim((text) =>
      text.replace(
        'measured: { probe: redis-lock }',
        "measured: { scenario: circuit-breaker, figures: { setnx-with-expiry: { arm: defended, check: 'happiness' } } }",
      ),
    ),
    says: /setnx-takes-an-expiry\.md is measured by scenarios\/catalog\/circuit-breaker\/scenario\.ts, which does not name it/,
  },
  {
    name: 'a question that does not list a claim which names it',
    make: claim((text) => text.replace('  - is-setnx-with-an-expiry-a-lock', '  - how-does-jwt-work')),
    says: /is-setnx-with-an-expiry-a-lock\.md lists "setnx-takes-an-expiry" under claims, which does not name it/,
  },
  {
    name: 'a follow-up that has no page',
    make: () => question({ followUps: ['how-so'] }),
    says: /why\.md asks "how-so" next, which has no page/,
  },
  {
    name: 'evidence of a check that no scenario makes',
    make: () => question(evidence({ check: 'happiness' })),
    says: /why\.md quotes the check "happiness" \(both\), which scenarios\/catalog\/timeouts\/scenario\.ts does not make/,
  },
  {
    name: 'evidence for what is no key point',
    make: () => question(evidence({ arm: 'undefended', check: 'longest wait', supports: 'x' })),
    says: /why\.md has evidence for "x", which is none of its key points/,
  },
  {
    name: 'a key point that is there twice',
    make: () => question({ keyPoints: [3, 1].map((weight) => ({ point: 'so', weight })) }),
    says: /why\.md has the key point "so" twice/,
  },
  {
    name: 'a page whose id is not its file name',
    make: () =>
      writeFileSync(
        path.join(root, 'docs/interview/how-so.md'),
        readFileSync(path.join(root, 'docs/interview/401-or-403.md')),
      ),
    says: /docs\/interview\/how-so\.md has the id "401-or-403"/,
  },
  {
    name: 'a page without front matter',
    make: () => writeFileSync(path.join(root, 'docs/guide/timeouts.md'), '# Timeouts\n'),
    says: /docs\/guide\/timeouts\.md has no front matter/,
  },
  {
    name: 'front matter with a key that nobody reads',
    make: () => concept('timeouts', { concept: ['x'] }),
    says: /docs\/guide\/timeouts\.md has wrong front matter: .*concept/,
  },
  {
    name: 'a concept that says why nothing shows it, although a scenario does',
    make: () => concept('timeouts', { noScenario: 'too slow' }),
    says: /docs\/guide\/timeouts\.md says why no scenario shows it, and .*timeouts.* does/,
  },
  {
    name: 'a scenario that names a concept, and is not listed there',
    make: () => concept('timeouts'),
    says: /docs\/guide\/timeouts\.md does not list "timeouts" under scenarios, which names it/,
  },
  {
    name: 'a question that is listed, and does not name the concept',
    make: () => concept('timeouts', { questions: ['how-does-jwt-work'] }),
    says: /docs\/guide\/timeouts\.md lists "how-does-jwt-work" under questions, which does not name it/,
  },
  {
    name: 'a concept whose page lacks its parts',
    make: () => concept('timeouts'),
    says: /docs\/guide\/timeouts\.md has no part "## What goes wrong"/,
  },
  {
    name: 'a concept that is not on the course',
    make: () => concept('teapots', { noScenario: 'none' }),
    says: /docs\/guide\/teapots\.md is not on the course/,
  },
  {
    name: 'a prerequisite that comes later on the course',
    make: () => concept('timeouts', { prerequisites: ['final-architecture'] }),
    says: /docs\/guide\/timeouts\.md needs "final-architecture" first, which comes later/,
  },
  {
    name: 'a section that the guides do not have',
    make: () => concept('timeouts', { covers: ['complete/day-9'] }),
    says: /docs\/guide\/timeouts\.md names the section "complete\/day-9", which is not in study\/sources/,
  },
  {
    name: 'a question of the guides that is covered as if it were a section',
    make: () => concept('timeouts', { covers: ['complete/questions/bank-3'] }),
    says: /timeouts\.md names the section "complete\/questions\/bank-3", which is not in study\/sources/,
  },
  {
    name: 'a source that is no question of the guides',
    make: () => question({ sources: ['complete/day-2/cache-aside-pattern'] }),
    says: /why\.md names the question "complete\/day-2\/cache-aside-pattern", which is not in study\/sources/,
  },
  {
    name: 'a concept without a topic',
    make: () => concept('timeouts', { topic: undefined }),
    says: /docs\/guide\/timeouts\.md has wrong front matter: topic: /,
  },
  {
    name: 'a concept that leaves out what it covers',
    make: () => concept('timeouts', { covers: undefined }),
    says: /docs\/guide\/timeouts\.md has wrong front matter: covers: /,
  },
  {
    name: 'a concept that names a file without a symbol',
    make: () => concept('timeouts', { code: ['shared/resilience/breaker.ts'] }),
    says: /docs\/guide\/timeouts\.md has wrong front matter: code\.0: /,
  },
  {
    name: 'a question without a key point that it stands or falls with',
    make: () => question({ keyPoints: [{ point: 'so', weight: 2 }] }),
    says: /why\.md has no key point of weight 3/,
  },
  {
    name: 'a prerequisite that has no page',
    make: () => concept('timeouts', { prerequisites: ['patience'] }),
    says: /docs\/guide\/timeouts\.md names the concept "patience", which has no page/,
  },
  {
    name: 'evidence from a scenario that does not exist',
    make: () => question(evidence({ scenario: 'gone', check: 'x' })),
    says: /why\.md names the scenario "gone", which has no folder/,
  },
  {
    name: 'a symbol that the code does not declare',
    make: () => concept('timeouts', { code: [{ file: 'shared/resilience/breaker.ts', symbol: 'makeTea' }] }),
    says: /docs\/guide\/timeouts\.md names "makeTea", which shared\/resilience\/breaker\.ts does not declare/,
  },
  {
    name: 'code that does not exist',
    make: () => concept('timeouts', { code: [{ file: 'shared/gone.ts', symbol: 'gone' }] }),
    says: /names code that does not exist: shared\/gone\.ts/,
  },
  {
    name: 'a link that leads nowhere',
    make: () => concept('timeouts', {}, '[more](gone.md)'),
    says: /links to a file that does not exist: gone\.md/,
  },
  {
    name: 'a link to a heading that is not there',
    make: () => concept('timeouts', {}, '[more](bulkhead.md#how-it-was)'),
    says: /links to a heading that does not exist: bulkhead\.md#how-it-was/,
  },
  {
    name: 'a service that does not exist',
    changed: { needs: { ...scenario.needs, services: [...scenario.needs.services, 'pizza-service'] } },
    says: /boots "pizza-service", which is no service/,
  },
  {
    name: 'a link that ends nowhere',
    changed: { needs: { ...scenario.needs, links: [{ from: 'api-gateway', to: 'memcached' }] } },
    says: /names the process "memcached", which does not exist/,
  },
  {
    name: 'a defect for code that has changed',
    changed: { defect: { ...scenario.defect, from: 'if (pigs) fly();' } },
    says: /has a defect for what shared\/dist\/resilience\/breaker\.js says 0 times, expected once: if \(pigs\) fly/,
  },
  {
    name: 'a defect in a file that is gone',
    changed: { defect: { ...scenario.defect, file: 'shared/dist/gone.js' } },
    says: /has a defect in shared\/dist\/gone\.js, which does not exist/,
  },
  {
    name: 'notes for a phase that does not come',
    changed: { notes: { ...scenario.notes, encore: 'Once more.' } },
    says: /has notes for "encore", which is no phase of its story/,
  },
  {
    name: 'a defect that refutes nothing',
    changed: { defect: { ...scenario.defect, refutes: 'happiness' } },
    says: /is to refute "happiness", which is none of its checks/,
  },
  {
    name: 'a knob of a variant that the service does not have',
    changed: {
      withSettings: (settings) => ({
        ...scenario.withSettings(settings),
        variants: { undefended: {}, defended: { bold: { 'api-gateway': { 'breaker.bold': true } } } },
      }),
    },
    says: /sets the knob "breaker\.bold", which api-gateway does not have/,
  },
  {
    name: 'a knob that the service does not have',
    make: () => writeFileSync(path.join(root, 'gateway.mjs'), GATEWAY.replace("'breaker.enabled', ", '')),
    says: /sets the knob "breaker\.enabled", which api-gateway does not have/,
  },
];

test.each(breaks)('$name is found', async ({ make, changed, says }) => {
  make?.();
  const problems = await lint(changed);
  expect(problems).toContainEqual(expect.stringMatching(says));
});

test('the links of the pages can be put right, and then hold', async () => {
  concept('timeouts', { questions: ['gone'] });
  const { study } = await readStudy(root, catalog, await benchesOfPages());
  expect(await fixLinks(root, study)).toContain('docs/guide/timeouts.md');
  expect((await lint()).filter((problem) => problem.includes('"quickbite lab check --fix"'))).toEqual([]);
  const again = await readStudy(root, catalog, await benchesOfPages());
  expect(again.study.concepts.find(({ id }) => id === 'timeouts')?.scenarios).toContain('timeouts');
  expect(await fixLinks(root, again.study)).toEqual([]);
});
