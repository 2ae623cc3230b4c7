import { createInterface } from 'node:readline/promises';
import type { Experiment, RunResult } from '@quickbite/scenarios/protocol';

/** Asks for a prediction. Undefined when it was left out with Enter. */
export async function askPrediction(experiment: Experiment, signal: AbortSignal): Promise<number | undefined> {
  const { question, options } = experiment.prediction;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is in raw mode while it asks: Ctrl-C comes as a key and is made a signal again.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const choices = options.map((option, n) => `  ${n + 1}  ${option}`).join('\n');
    const answer = await terminal.question(`${question}\n${choices}\nYour prediction (Enter to skip): `, { signal });
    const chosen = Number(answer.trim()) - 1;
    return options[chosen] === undefined ? undefined : chosen;
  } catch (error) {
    signal.throwIfAborted();
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
