import { ExpectedError } from '@quickbite/runtime/errors';

/** @throws ExpectedError unless somebody sits in front of it; a conversation with a pipe would never end */
export function requireTerminal(command: string): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new ExpectedError(`"${command}" needs a terminal: it asks, waits for your answer and asks again.`, {
    next: 'Run it in a terminal. Without one, "quickbite interview export" prints the questions with their key points.',
    exitCode: 2,
  });
}
