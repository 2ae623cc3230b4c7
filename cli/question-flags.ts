import { Flags } from '@oclif/core';
import { KINDS, LEVELS, TOPICS } from '@quickbite/study/pages';

/** `--topic`, `--level`, `--kind`: which questions. */
export const questionFlags = {
  topic: Flags.option({ options: TOPICS, summary: 'Only questions of this topic.' })(),
  level: Flags.option({ options: LEVELS, summary: 'Only questions for this level.' })(),
  kind: Flags.option({ options: KINDS, summary: 'Only questions of this kind.' })(),
};
