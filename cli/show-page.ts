import type { ConceptStatus } from '@quickbite/study/learn';
import { markRead } from '@quickbite/study/progress';
import { page } from '@quickbite/study/terminal';
import { renderConcept } from './presentation/learn-page.js';
import { outputWidth } from './presentation/theme.js';
import type { Theme } from './presentation/theme.js';

/** Options of `showConcept`. */
export interface ShowOptions {
  /** Folder of all state. */
  readonly home: string;
  readonly theme: Theme;
  /** What comes next on the course. */
  readonly next: ConceptStatus | undefined;
  readonly pager: boolean;
}

/** Shows a concept's page; on a terminal it counts as read from then on. */
export async function showConcept(status: ConceptStatus, { home, theme, next, pager }: ShowOptions): Promise<void> {
  await showPaged(renderConcept(status, { width: outputWidth(), theme, next }), pager);
  if (process.stdout.isTTY) await markRead(home, status.concept.id, new Date());
}

/** Prints a text, through the pager when it is wanted and the text is longer than the terminal. */
export async function showPaged(text: string, pager: boolean): Promise<void> {
  if (pager) await page(text);
  else process.stdout.write(`${text}\n`);
}
