import { Flags } from '@oclif/core';

/** `--stack <id>`: which stack a command works on. */
export const stackFlag = Flags.string({
  summary: 'Which stack: several with different names run side by side.',
  helpValue: '<id>',
  default: 'default',
});
