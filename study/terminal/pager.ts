import { spawn } from 'node:child_process';

/**
 * Shows a text: through the pager when it is longer than the terminal (`PAGER`, or `less` that keeps colours), otherwise at once.
 * What goes into a pipe or a file is never paged.
 */
export async function page(text: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { isTTY, rows } = process.stdout as { isTTY?: boolean; rows?: number };
  const lines = text.split('\n').length;
  if (isTTY && process.stdin.isTTY && lines >= (rows ?? 24) && (await paged(text, env))) return;
  process.stdout.write(`${text}\n`);
}

/** @returns false when there is no pager */
function paged(text: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const command = env['PAGER'] ?? 'less';
  if (command === '' || command === 'cat') return Promise.resolve(false);
  return new Promise((resolve) => {
    const pager = spawn(command, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      // Colours as they are, and the text stays on the screen afterwards, as git does it.
      env: { LESS: 'RX', LESSCHARSET: 'utf-8', ...env },
    });
    // Leaving the pager before the end closes the pipe; that is no error.
    pager.stdin.on('error', () => undefined);
    // Ctrl-C in the pager is the pager's.
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    pager.once('error', () => resolve(false));
    pager.once('close', (code) => {
      process.off('SIGINT', ignore);
      // 127: the shell has not found it.
      resolve(code !== 127);
    });
    pager.stdin.end(`${text}\n`);
  });
}
