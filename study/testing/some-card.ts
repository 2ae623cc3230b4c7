import type { Card } from '../interview/index.js';

/** A whole question, for tests that are about something else. */
export function someCard(id: string, changes: Partial<Card> = {}): Card {
  return {
    id,
    title: `What is "${id}"?`,
    topic: 'resilience',
    level: 'mid',
    kind: 'explain',
    minutes: 2,
    keyPoints: [
      { point: 'It fails fast', weight: 3, synonyms: ['fails at once'] },
      { point: 'It opens after failures', weight: 2, synonyms: [] },
      { point: 'One for each dependency', weight: 1, synonyms: [] },
    ],
    mistakes: ['It retries'],
    followUps: [],
    concepts: ['circuit-breaker'],
    evidence: [],
    benches: [],
    sources: [],
    claims: [],
    file: `docs/interview/${id}.md`,
    text: `# ${id}\n\n## In half a minute\n\nIt fails *fast*.\n\n## They will ask next\n\nMore.\n`,
    own: false,
    ...changes,
  };
}
