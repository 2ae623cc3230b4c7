import { Flags } from '@oclif/core';

/** `--stack <id>`: which stack a command works on. */
export const stackFlag = Flags.string({
  summary: 'Which stack: several with different names run side by side.',
  helpValue: '<id>',
  default: 'default',
});

/** `--launcher <mode>`: how a stack that is booted is run. */
export const launcherFlag = Flags.option({
  options: ['auto', 'docker', 'process'] as const,
  summary: 'Run it in containers or as processes; auto: containers where Docker answers and has the images.',
  default: 'auto' as const,
  env: 'QUICKBITE_LAUNCHER',
})();
