import { readFile, readdir, readlink } from 'node:fs/promises';

/** /proc/net/tcp: state 0A is LISTEN. */
const LISTEN = '0A';

/** A program that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** Who listens on a port. Undefined when nobody does, it is another user's, or the system is not Linux. */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  if (process.platform !== 'linux') return undefined;
  const inodes = new Set([
    ...(await listeningInodes('/proc/net/tcp', port)),
    ...(await listeningInodes('/proc/net/tcp6', port)),
  ]);
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim().slice(0, 80) };
    }
  }
  return undefined;
}

/** proc_net_tcp(5): field 1 is the local address as hex `ip:port`, field 3 the state, field 9 the inode of the socket. */
async function listeningInodes(table: string, port: number): Promise<string[]> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1);
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1]?.endsWith(wanted) && fields[3] === LISTEN ? [fields[9] ?? ''] : [];
  });
}
