import { ExpectedError } from '@quickbite/runtime/errors';
import { wrapText } from '../presentation/scenario-words.js';
import { outputWidth } from '../presentation/theme.js';

/** Exit code of a program ended by Ctrl-C, as shells count it: 128 + SIGINT. */
const INTERRUPTED = 130;

/** As wide as the cursor and the box in front of a choice. */
const INDENT = '   ';

/** Something to choose or to tick. */
export interface Choice {
  readonly name: string;
  readonly value: string;
  readonly checked?: boolean;
}

/** Asks for any number of the choices: space ticks, Enter goes on. */
export async function tick(
  message: string,
  choices: readonly Choice[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { checkbox } = await import('@inquirer/prompts');
  return stoppable(signal, () =>
    checkbox(
      { message, choices: choices.map(wrapped), pageSize: 24, loop: false },
      { signal, clearPromptOnDone: true },
    ),
  );
}

/** Asks for one of the choices. */
export async function choose(message: string, choices: readonly Choice[], signal: AbortSignal): Promise<string> {
  const { select } = await import('@inquirer/prompts');
  return stoppable(signal, () => select({ message, choices: [...choices] }, { signal, clearPromptOnDone: true }));
}

/** Opens the editor (VISUAL, EDITOR) for an answer. */
export async function writeInEditor(message: string, signal: AbortSignal): Promise<string> {
  const { editor } = await import('@inquirer/prompts');
  return stoppable(signal, () => editor({ message, waitForUserInput: false, postfix: '.md' }, { signal }));
}

/** What the end of a conversation by Ctrl-C says; whatever was answered before is kept. */
export const stopped = (): ExpectedError =>
  new ExpectedError('Stopped. What you answered before is kept.', {
    next: 'Go on with "quickbite interview drill".',
    exitCode: INTERRUPTED,
  });

/** A choice whose name is broken at spaces, below its own beginning. */
function wrapped({ name, ...choice }: Choice): Choice {
  return { ...choice, name: wrapText(name, outputWidth() - INDENT.length - 1).join(`\n${INDENT}`) };
}

async function stoppable<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || (error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name)))
      throw stopped();
    throw error;
  }
}
