import { execFile } from 'node:child_process';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Finding } from './finding.js';

const GIB = 1024 ** 3;
/** Ten processes of 60 to 130 MB each. */
const WANTED_MEMORY = 1.5 * GIB;
const OLDEST_NODE = [20, 19] as const;

/** Node, npm, cores and memory. */
export async function checkMachine(): Promise<Finding[]> {
  return [checkNode(process.versions.node), await checkNpm(), checkCores(availableParallelism()), checkMemory()];
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fresh = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const common = { category: 'machine', name: 'node', message: `Node ${version} at ${process.execPath}` } as const;
  return fresh ? { ...common, status: 'ok' } : { ...common, status: 'fail', fix: 'Install Node 20.19 or later.' };
}

async function checkNpm(): Promise<Finding> {
  const common = { category: 'machine', name: 'npm' } as const;
  try {
    const windows = process.platform === 'win32';
    const { stdout } = await promisify(execFile)(windows ? 'npm.cmd' : 'npm', ['--version'], { shell: windows });
    return { ...common, status: 'ok', message: `npm ${stdout.trim()}` };
  } catch {
    return {
      ...common,
      status: 'warn',
      message: 'npm cannot be run; it is needed when the packages change',
      fix: 'Put npm, which comes with Node, on the PATH.',
    };
  }
}

function checkCores(cores: number): Finding {
  const common = { category: 'machine', name: 'cores', message: `${cores} available` } as const;
  if (cores >= 2) return { ...common, status: 'ok' };
  return { ...common, status: 'warn', fix: 'Measurements on one core are noisy: give the machine two.' };
}

function checkMemory(): Finding {
  const message = `${gib(freemem())} free of ${gib(totalmem())}`;
  const common = { category: 'machine', name: 'memory', message } as const;
  // macOS counts its file cache as used, so that little free memory means little there.
  if (freemem() >= WANTED_MEMORY || process.platform === 'darwin') return { ...common, status: 'ok' };
  return {
    ...common,
    status: 'warn',
    fix: `A whole stack takes about ${gib(WANTED_MEMORY)}: close something, or boot fewer services.`,
  };
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
