import type { ArmKnobs, ArmName, Experiment, PhaseSummary, ProgressEvent, Tick } from '@quickbite/scenarios/protocol';
import { wrap } from '@quickbite/study/terminal';
import type { ProgressScreen } from './boot-progress.js';
import { showBootProgress } from './boot-progress.js';
import { formatDuration } from './duration.js';
import { latency, listKnobs } from './scenario-words.js';
import type { Theme } from './theme.js';

/** Shows how a run goes. */
export interface ScenarioProgress {
  readonly onProgress: (event: ProgressEvent) => void;
  /** Removes the live line. */
  readonly end: () => void;
}

const NAME_WIDTH = 10;
/** How much further in the second line of an entry begins. */
const HANGING = '  ';

/** One line as each phase ends; on a terminal also a live line below them. */
export function showScenarioProgress(
  experiment: Experiment,
  theme: Theme,
  screen: ProgressScreen,
  env: NodeJS.ProcessEnv = process.env,
): ScenarioProgress {
  const live = screen.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
  const { shared, own } = splitKnobs(experiment);
  let boot: ReturnType<typeof showBootProgress> | undefined;
  // Where there is no terminal, there is no width: a pipe takes long lines.
  const columns = screen.columns || 100;
  let drawn = false;

  const erase = (): void => {
    if (drawn) screen.write('\r\u001B[2K');
    drawn = false;
  };
  const line = (text: string): void => {
    erase();
    screen.write(`${text}\n`);
  };
  /** A line that goes on further in where it is longer than the screen. */
  const entry = (text: string): void => {
    const indent = /^ */.exec(text)?.[0] ?? '';
    const [first = '', ...rest] = wrap(text.trimStart(), columns - 1 - indent.length - HANGING.length);
    line([indent + first, ...rest.map((more) => indent + HANGING + more)].join('\n'));
  };
  const draw = (text: string): void => {
    if (!live) return;
    erase();
    // A line that wraps could not be erased.
    screen.write(theme.muted(text.slice(0, Math.max(10, screen.columns - 1))));
    drawn = true;
  };
  const endBoot = (): void => {
    boot?.end();
    boot = undefined;
  };

  const show = (event: ProgressEvent): void => {
    switch (event.type) {
      case 'booting':
        line(`Booting ${String(event.services.length)} services and their engines ...`);
        boot = showBootProgress(theme, screen, env);
        return;
      case 'boot':
        boot?.onProgress(event.event);
        return;
      case 'stack':
        endBoot();
        line(
          event.ours
            ? `${theme.ok(theme.symbols.ok)} The stack is up after ${formatDuration(event.ms)}`
            : `Using the stack "${event.id}", which is up`,
        );
        return;
      case 'preflight-started':
        if (Object.keys(shared).length > 0)
          entry(theme.muted(`Both arms, with times shortened for the lab: ${listKnobs(shared)}`));
        draw('Preflight ...');
        return;
      case 'preflight-step':
        line(`${theme.ok(theme.symbols.ok)} ${event.what} ${theme.muted(formatDuration(event.ms))}`);
        draw('Preflight ...');
        return;
      case 'arm-started':
        line('');
        entry(`${theme.heading(title(event.arm))} ${theme.muted(listKnobs(own(event.knobs)))}`);
        return;
      case 'variant-started':
        entry(`  ${theme.strong(event.variant)} ${theme.muted(listKnobs(own(event.knobs)))}`);
        return;
      case 'phase-started':
        draw(`  ${event.phase}: ${event.what}`);
        return;
      case 'fault-proved':
        entry(`  ${theme.warn(theme.symbols.warn)} ${event.description}`);
        return;
      case 'fault-healed':
        line(`  ${theme.ok(theme.symbols.ok)} undone: ${event.what} ${theme.muted(formatDuration(event.ms))}`);
        return;
      case 'tick':
        draw(tickLine(event.tick));
        return;
      case 'phase-finished':
        entry(phaseLine(event.summary, theme));
        return;
      case 'undoing':
        endBoot();
        draw(`Undoing: ${event.what.join(', ')} ...`);
        return;
      case 'not-undone':
        for (const problem of event.problems) entry(`${theme.bad(theme.symbols.bad)} ${problem}`);
        line(`${theme.command(theme.symbols.next)} Try again with "quickbite recover".`);
        return;
      case 'restored':
        line(theme.muted(`  undone: ${event.what.join(', ')} (${formatDuration(event.ms)})`));
        return;
      case 'stack-down':
        line(theme.muted(`\nThe stack is down (${formatDuration(event.ms)})`));
        return;
    }
  };
  return {
    onProgress: show,
    end: () => {
      endBoot();
      erase();
    },
  };
}

/** What all arms and their variants set alike (the lab's short times), and what is left of one's knobs (the defence). */
function splitKnobs({ arms, variants }: Experiment): {
  shared: Record<string, unknown>;
  own: (knobs: ArmKnobs) => Record<string, unknown>;
} {
  const settings = (['undefended', 'defended'] satisfies ArmName[]).flatMap((arm) => {
    const ofVariants = Object.values(variants[arm]).map((knobs) => ({ ...flat(arms[arm]), ...flat(knobs) }));
    return ofVariants.length > 0 ? ofVariants : [flat(arms[arm])];
  });
  const [first = {}, ...others] = settings;
  const alike = Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value));
  const names = new Set(alike.map(([name]) => name));
  return {
    shared: Object.fromEntries(alike),
    own: (knobs) => Object.fromEntries(Object.entries(flat(knobs)).filter(([name]) => !names.has(name))),
  };
}

/** The knobs of all services together: their names tell whose they are. */
const flat = (knobs: ArmKnobs): Record<string, unknown> =>
  Object.assign({}, ...Object.values(knobs)) as Record<string, unknown>;

function tickLine(tick: Tick): string {
  const elapsed = (tick.elapsedMs / 1000).toFixed(1);
  const seconds = tick.lastsMs === undefined ? elapsed : `${elapsed}/${(tick.lastsMs / 1000).toFixed(1)}`;
  const observed = tick.observed.map(({ label, value }) => `${label} ${value}`);
  return [
    `  ${tick.phase} ${seconds} s`,
    ...observed,
    `${String(tick.done)}/s`,
    `${String(tick.failed)} failed`,
    `p50 ${latency(tick.p50)}`,
    `p99 ${latency(tick.p99)}`,
    `${String(tick.waiting)} waiting`,
  ].join('  ');
}

function phaseLine(summary: PhaseSummary, theme: Theme): string {
  const failed = `${String(summary.failed).padStart(4)} failed`;
  // A story that sends its own requests, or none, has nothing to say here.
  const load =
    summary.offered === 0
      ? []
      : [
          `${String(summary.answered).padStart(4)} answered`,
          summary.failed > 0 ? theme.bad(failed) : failed,
          `p50 ${latency(summary.p50).padStart(6)}`,
          `p99 ${latency(summary.p99).padStart(6)}`,
          theme.muted(summary.fallbacks > 0 ? `${String(summary.fallbacks)} from copy` : ''),
        ];
  return [`  ${theme.strong(summary.phase.padEnd(NAME_WIDTH))}`, formatDuration(summary.ms).padStart(6), ...load]
    .join('  ')
    .trimEnd();
}

const title = (arm: string): string => `${arm.charAt(0).toUpperCase()}${arm.slice(1)}`;
