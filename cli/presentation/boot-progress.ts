import type { BootEvent } from '@quickbite/runtime/stack';
import { formatDuration } from './duration.js';
import type { Theme } from './theme.js';

/** Shows how a stack comes up. */
export interface BootProgress {
  readonly onProgress: (event: BootEvent) => void;
  /** Removes what is only of interest while it lasts, and shows nothing more. Safe to call twice. */
  readonly end: () => void;
}

type Planned = Extract<BootEvent, { type: 'planned' }>['processes'][number];

interface Line {
  readonly process: Planned;
  since: number | undefined;
  readyMs: number | undefined;
}

/** The screen that progress is drawn on: stderr, because stdout belongs to the result. */
export interface ProgressScreen {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): unknown;
}

const REDRAW_MS = 80;
const NAME_WIDTH = 22;

/** A line a process that redraws itself on a terminal; otherwise one line as each process becomes ready. */
export function showBootProgress(
  theme: Theme,
  screen: ProgressScreen,
  env: NodeJS.ProcessEnv = process.env,
): BootProgress {
  const live = screen.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
  return live ? liveProgress(theme, screen) : plainProgress(theme, screen);
}

function plainProgress(theme: Theme, screen: ProgressScreen): BootProgress {
  let planned: readonly Planned[] = [];
  return {
    onProgress: (event) => {
      if (event.type === 'planned') planned = event.processes;
      if (event.type === 'preparing' && !/^\d+(?:\.\d+)?[kMG]?B|%/.test(event.what))
        screen.write(`${theme.muted(`${event.thing}: ${event.what}`)}\n`);
      if (event.type !== 'ready') return;
      const process = planned.find(({ name }) => name === event.name);
      screen.write(
        `${theme.ok(theme.symbols.ok)} ${event.name} ready${process ? ` on ${describe(process)}` : ''}, ${formatDuration(event.ms)}\n`,
      );
    },
    end: () => undefined,
  };
}

function liveProgress(theme: Theme, screen: ProgressScreen): BootProgress {
  const lines: Line[] = [];
  /** What is happening to the images that are being built or pulled. */
  const images = new Map<string, string>();
  let drawn = 0;
  let ended = false;
  const erase = (): void => {
    if (drawn > 0) screen.write(`\r\u001B[${drawn}A\u001B[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (ended) return;
    const preparing = [...images].map(([thing, what]) => theme.muted(`${thing}: ${what}`.slice(0, screen.columns - 2)));
    const rows = lines.map((line) => renderLine(line, theme, screen.columns));
    const text = [...preparing, ...rows].map((row) => `${row}\n`).join('');
    erase();
    screen.write(text);
    drawn = preparing.length + rows.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    onProgress: (event) => {
      if (event.type === 'planned') {
        lines.length = 0;
        lines.push(...event.processes.map((process) => ({ process, since: undefined, readyMs: undefined })));
      } else if (event.type === 'preparing') {
        images.set(event.thing, event.what);
      } else if (event.type !== 'launcher') {
        images.clear();
        const line = lines.find(({ process }) => process.name === event.name);
        if (line && event.type === 'starting') line.since = performance.now();
        if (line && event.type === 'ready') line.readyMs = event.ms;
      }
      draw();
    },
    end: () => {
      ended = true;
      clearInterval(timer);
      erase();
    },
  };
}

function renderLine({ process, since, readyMs }: Line, theme: Theme, columns: number): string {
  const { ok, pending, bullet } = theme.symbols;
  // A line that wraps would break the counting of lines: what may be too long is cut before it is coloured.
  const text = `${process.name.padEnd(NAME_WIDTH)}${describe(process).padEnd(16)}`.slice(0, Math.max(10, columns - 14));
  if (readyMs !== undefined) return `${theme.ok(ok)} ${text} ${formatDuration(readyMs)}`;
  if (since === undefined) return theme.muted(`${pending} ${text} waiting`);
  return `${theme.warn(bullet)} ${text} ${theme.muted(formatDuration(performance.now() - since))}`;
}

function describe({ port, source }: Planned): string {
  return source ? `${port} ${source}` : String(port);
}
