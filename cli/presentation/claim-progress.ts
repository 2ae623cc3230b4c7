import type { VerifyEvent } from '@quickbite/benchmarks/claims';
import type { ProgressScreen } from './boot-progress.js';
import { paintVerdict, quantityInWords } from './claim-words.js';
import type { Theme } from './theme.js';

/** Shows how a verification goes. */
export interface VerificationProgress {
  readonly onProgress: (event: VerifyEvent) => void;
  /** Removes the live line. */
  readonly end: () => void;
}

/** One line as each claim is decided; on a terminal also a live line below them. */
export function showVerification(
  theme: Theme,
  screen: ProgressScreen,
  env: NodeJS.ProcessEnv = process.env,
): VerificationProgress {
  const live = screen.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
  let drawn = false;
  const end = (): void => {
    if (drawn) screen.write('\r\u001B[2K');
    drawn = false;
  };
  const line = (text: string): void => {
    end();
    screen.write(`${text}\n`);
  };
  const onProgress = (event: VerifyEvent): void => {
    switch (event.type) {
      case 'engines':
        line(
          theme.muted(
            Object.entries(event.engines)
              .map(([name, source]) => `${name} ${source}`)
              .join(', '),
          ),
        );
        return;
      case 'measuring': {
        const text = `[${String(event.n)}/${String(event.of)}] ${event.by}: ${event.question}`;
        if (!live) {
          line(theme.muted(`[${String(event.n)}/${String(event.of)}] ${event.by}`));
          return;
        }
        end();
        // A line that wraps could not be erased.
        screen.write(theme.muted(text.slice(0, Math.max(10, screen.columns - 1))));
        drawn = true;
        return;
      }
      case 'decided': {
        const [only, ...more] = event.decided.quantities;
        const figure = only && more.length === 0 ? `  ${theme.muted(quantityInWords(only))}` : '';
        line(`${paintVerdict(event.decided.verdict, theme)}  ${event.decided.claim}${figure}`);
        return;
      }
      case 'failed':
        line(`${theme.warn(theme.symbols.warn)} ${event.by} measured nothing: ${event.why}`);
    }
  };
  return { onProgress, end };
}
