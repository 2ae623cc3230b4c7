import { expect, it } from 'vitest';
import { verdictsByMode } from './verdicts-by-mode.js';

const ran = (id: string, launcher: string, outcome: 'proved' | 'refuted' | 'inconclusive') => ({
  scenario: { id },
  environment: { launcher },
  outcome,
});

it('takes the latest run of each scenario in each mode, and says where there is none', () => {
  const records = [
    ran('timeouts', 'process', 'inconclusive'),
    ran('timeouts', 'docker', 'refuted'),
    ran('timeouts', 'process', 'proved'),
    ran('bulkhead', 'docker', 'proved'),
  ];
  expect(verdictsByMode(['bulkhead', 'timeouts', 'topics'], records)).toEqual([
    { id: 'bulkhead', process: undefined, docker: 'proved' },
    { id: 'timeouts', process: 'proved', docker: 'refuted' },
    { id: 'topics', process: undefined, docker: undefined },
  ]);
});
