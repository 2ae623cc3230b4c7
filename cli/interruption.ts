import { setMaxListeners } from 'node:events';
import { ExpectedError } from '@quickbite/runtime/errors';

/** Exit code of a program ended by Ctrl-C, as shells count it: 128 + SIGINT. */
const INTERRUPTED = 130;

/** A signal that aborts on Ctrl-C, and the way to stop listening. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turns Ctrl-C (and SIGTERM, SIGHUP) into an abort, so that work can undo itself before the process ends. The reason of the
 * abort is an `ExpectedError` with exit code 130. A second Ctrl-C does not cut the clean-up short; it says that it runs.
 * @param say prints a line where the person sees it
 */
export function listenForInterruption(say: (line: string) => void): Interruption {
  const controller = new AbortController();
  // A boot waits for every process at once, and stacks may boot beside each other: many listen, and each goes.
  setMaxListeners(0, controller.signal);
  const interrupt = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      say('Still cleaning up; this takes a few seconds at most.');
      return;
    }
    say(`${name === 'SIGINT' ? 'Ctrl-C' : name}: stopping and cleaning up ...`);
    controller.abort(
      new ExpectedError(
        `Interrupted by ${name === 'SIGINT' ? 'Ctrl-C' : name}; what was started has been taken down.`,
        {
          next: 'See what is up with "quickbite status".',
          exitCode: INTERRUPTED,
        },
      ),
    );
  };
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
