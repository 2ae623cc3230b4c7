import { spawn, spawnSync } from 'node:child_process';
import headless from '@xterm/headless';
import type { Terminal as ScreenType } from '@xterm/headless';

/** Why there can be no terminal here; undefined when there can. */
export const noTerminal: string | undefined = isUtilLinux(spawnSync('script', ['--version'], { encoding: 'utf8' }))
  ? undefined
  : 'needs "script" of util-linux, which makes pseudo-terminals';

/** Without the program, there is no output. */
function isUtilLinux({ stdout }: { readonly stdout: string | null }): boolean {
  return stdout?.includes('util-linux') ?? false;
}

/** Options of `openTerminal`. */
export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder to start in. */
  readonly cwd: string;
}

/** A program on a pseudo-terminal, as somebody in front of it sees it. `using` ends it. */
export interface TerminalSession extends Disposable {
  /** What is on the screen now, without the empty lines below. */
  screen(): string;
  /** Everything that was ever printed, escape sequences included. */
  output(): string;
  press(keys: string): void;
  /** Waits until the screen shows it. @throws with the screen after 30 s */
  sees(expected: string | RegExp): Promise<void>;
  /** The exit code of the program, when it has ended. */
  readonly ended: Promise<number | null>;
}

/** Runs a command on a pseudo-terminal of that size, and keeps its screen. */
export function openTerminal(
  command: readonly string[],
  { columns, rows, env, cwd }: TerminalOptions,
): TerminalSession {
  const screen: ScreenType = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const sized = `stty cols ${String(columns)} rows ${String(rows)}; exec ${quoted}`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', sized, '/dev/null'], {
    cwd,
    env: { ...process.env, TERM: 'xterm-256color', CI: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  let look: () => void = () => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    screen.write(chunk, () => look());
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = (): string => {
    const { active } = screen.buffer;
    return Array.from({ length: rows }, (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  };
  return {
    screen: lines,
    output: () => printed,
    press: (keys) => void child.stdin.write(keys),
    sees: (expected) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          look = () => undefined;
          reject(new Error(`expected the screen to show ${String(expected)}, it shows:\n${lines()}`));
        }, 30_000);
        look = () => {
          const seen = typeof expected === 'string' ? lines().includes(expected) : expected.test(lines());
          if (!seen) return;
          clearTimeout(timer);
          look = () => undefined;
          resolve();
        };
        look();
      }),
    ended,
    [Symbol.dispose]: () => {
      child.stdin.end();
      child.kill();
      screen.dispose();
    },
  };
}
