import { createInterface } from 'node:readline/promises';
import type { Experiment, RunResult } from '@quickbite/scenarios/protocol';
import { wrapText } from './presentation/scenario-words.js';
import { outputWidth } from './presentation/theme.js';

/** Asks for a prediction, until it is one. Undefined when it was left out with Enter or Ctrl-D. */
export async function askPrediction(experiment: Experiment, signal: AbortSignal): Promise<number | undefined> {
  const { question, options } = experiment.prediction;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  // The terminal is in raw mode while it asks: Ctrl-C comes as a key and is made a signal again.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const choices = options.map((option, n) => `  ${n + 1}  ${option}`).join('\n');
  let asking = `${wrapText(question, outputWidth()).join('\n')}\n${choices}\n`;
  try {
    for (;;) {
      const ended = AbortSignal.any([signal, closed.signal]);
      const answer = (await terminal.question(`${asking}Your prediction (Enter to skip): `, { signal: ended })).trim();
      if (answer === '') return undefined;
      const chosen = Number(answer) - 1;
      if (options[chosen] !== undefined) return chosen;
      asking = `Expected a number from 1 to ${options.length}, got "${answer}".\n`;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (closed.signal.aborted) return undefined;
    throw error;
  } finally {
    terminal.close();
  }
}

/** Compares a prediction with what was measured; undefined when not both arms were. */
export function comparePrediction(experiment: Experiment, result: RunResult, predicted: number): string | undefined {
  const undefended = result.measured.get('undefended');
  const defended = result.measured.get('defended');
  if (!undefended || !defended) return undefined;
  const { options } = experiment.prediction;
  const measured = experiment.prediction.answer({ undefended, defended });
  if (measured === predicted) return `You predicted it: ${options[measured] ?? ''}.`;
  return `You predicted "${options[predicted] ?? ''}"; measured was "${options[measured] ?? ''}".`;
}
