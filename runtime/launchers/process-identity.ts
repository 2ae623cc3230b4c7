import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What the operating system says of one pid now. */
export interface OsProcess {
  /** Differs for every process that ever had this pid, also across reboots. */
  readonly startedAt: string;
  readonly state: 'running' | 'paused';
}

const run = promisify(execFile);
let bootId: Promise<string> | undefined;

/** Looks a pid up; undefined when there is no such process, or only its remains that nobody has collected yet. */
export async function lookUpProcess(pid: number): Promise<OsProcess | undefined> {
  if (process.platform === 'linux') return lookUpInProc(pid);
  if (process.platform === 'win32') return lookUpBySignal(pid);
  return lookUpWithPs(pid);
}

/** True when that pid is still the same process as when `startedAt` was read. */
export async function isSameProcess(pid: number, startedAt: string): Promise<boolean> {
  return (await lookUpProcess(pid))?.startedAt === startedAt;
}

/** proc(5): field 3 is the state, field 20 the number of threads, field 22 the start time in clock ticks since boot. */
async function lookUpInProc(pid: number): Promise<OsProcess | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // Field 2, the program's name in parentheses, may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0] ?? '';
  // The first thread of a killed process can be a zombie while others still close its sockets: field 20 counts them.
  const hasEnded = state === 'X' || (state === 'Z' && Number(fields[17]) <= 1);
  if (hasEnded) return undefined;
  bootId ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (id) => id.trim().slice(0, 8),
    () => 'boot',
  );
  return { startedAt: `${await bootId}-${fields[19] ?? ''}`, state: state === 'T' ? 'paused' : 'running' };
}

async function lookUpWithPs(pid: number): Promise<OsProcess | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    if (state === '' || state.startsWith('Z')) return undefined;
    return { startedAt: started.join(' '), state: state.startsWith('T') ? 'paused' : 'running' };
  } catch {
    return undefined;
  }
}

/** Windows tells the start time only through slow tools: a recycled pid is taken for the same process there. */
function lookUpBySignal(pid: number): OsProcess | undefined {
  try {
    process.kill(pid, 0);
    return { startedAt: 'unknown', state: 'running' };
  } catch {
    return undefined;
  }
}
