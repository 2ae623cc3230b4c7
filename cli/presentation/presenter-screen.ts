import type { Experiment, PhaseSummary, ProgressEvent, Tick } from '@quickbite/scenarios/protocol';
import type { ProgressScreen } from './boot-progress.js';
import { latency, wrapText } from './scenario-words.js';
import type { Theme } from './theme.js';

/** What an audience sees of a run: little at a time, with room around it, readable from the last row. */
export interface PresenterScreen {
  readonly onProgress: (event: ProgressEvent) => void;
  /** Says what comes next, and which keys there are. */
  readonly announce: (next: { readonly phase: string; readonly what: string; readonly hasNotes: boolean }) => void;
  /** Shows what the presenter may want to say. */
  readonly notes: (text: string) => void;
  /** Removes the live line. */
  readonly end: () => void;
}

const INDENT = '    ';
const WIDEST = 90;

/** @param screen a terminal */
export function showToAudience(experiment: Experiment, theme: Theme, screen: ProgressScreen): PresenterScreen {
  const columns = Math.min(WIDEST, screen.columns) - 2 * INDENT.length;
  let drawn = false;
  const end = (): void => {
    if (drawn) screen.write('\r\u001B[2K');
    drawn = false;
  };
  const say = (...lines: readonly string[]): void => {
    end();
    screen.write(`${lines.map((line) => (line === '' ? '' : `${INDENT}${line}`)).join('\n')}\n\n`);
  };
  const draw = (text: string): void => {
    end();
    // A line that wraps could not be erased.
    screen.write(`${INDENT}${text}`.slice(0, Math.max(10, screen.columns - 1)));
    drawn = true;
  };

  const show = (event: ProgressEvent): void => {
    switch (event.type) {
      case 'booting':
        say('', theme.heading(spaced(experiment.card.title)), '', ...wrapText(experiment.card.question, columns));
        draw('The stack boots ...');
        return;
      case 'preflight-started':
        draw('Is everything well? Real orders go through ...');
        return;
      case 'arm-started':
        say('', '', theme.heading(spaced(event.arm)));
        return;
      case 'variant-started':
        say(theme.heading(event.variant));
        return;
      case 'phase-started':
        say(theme.strong(event.phase), ...wrapText(event.what, columns));
        return;
      case 'fault-proved':
        say(...wrapText(event.description, columns).map((line) => theme.bad(line)));
        return;
      case 'fault-healed':
        say(theme.ok(`undone: ${event.what}`));
        return;
      case 'tick':
        draw(liveLine(event.tick));
        return;
      case 'phase-finished':
        say(...numbers(event.summary, theme));
        return;
      case 'undoing':
        draw('Undoing everything ...');
        return;
      case 'not-undone':
        say(...event.problems.map((line) => theme.bad(line)), 'Try again with "quickbite recover".');
        return;
      case 'restored':
        say(theme.ok(`undone: ${event.what.join(', ')}`));
        return;
      case 'boot':
      case 'stack':
      case 'preflight-step':
      case 'stack-down':
        return;
    }
  };
  return {
    onProgress: show,
    announce({ phase, what, hasNotes }) {
      const keys = ['space: go on', ...(hasNotes ? ['n: notes'] : []), 'u: undo everything'];
      end();
      screen.write(`${INDENT}${theme.muted(`next: ${phase}, ${what}`)}\n${INDENT}${theme.muted(keys.join('   '))}\n\n`);
    },
    notes: (text) => say(...wrapText(text, columns).map((line) => theme.command(line))),
    end,
  };
}

/** Capitals with room between them. */
const spaced = (text: string): string => text.toUpperCase().replace(/(?<=.)(?=.)/g, ' ');

function liveLine(tick: Tick): string {
  const observed = tick.observed.map(({ label, value }) => `${label} ${value}`);
  return [
    `${String(tick.done)} a second`,
    `${String(tick.failed)} failed`,
    `${String(tick.waiting)} waiting`,
    ...observed,
  ].join('     ');
}

function numbers(summary: PhaseSummary, theme: Theme): readonly string[] {
  if (summary.offered === 0) return [];
  const failed = `${String(summary.failed)} failed`;
  return [
    `${theme.ok(`${String(summary.answered)} answered`)}     ${summary.failed > 0 ? theme.bad(failed) : failed}`,
    `half within ${latency(summary.p50)}, nearly all within ${latency(summary.p99)}, up to ${String(summary.peakWaiting)} waiting at once`,
  ];
}
