import { readFile, readdir, readlink } from 'node:fs/promises';

/** /proc/net/tcp: state 0A is LISTEN. */
const LISTEN = '0A';

/** The sockets that listen on a port, by inode, as /proc/<pid>/fd names them. Empty where the system is not Linux. */
export async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((table) => readFile(table, 'utf8').catch(() => '')),
  );
  return new Set(tables.flatMap((table) => inodesOf(table, port)));
}

/** proc_net_tcp(5): field 1 is the local address as hex `ip:port`, field 3 the state, field 9 the inode of the socket. */
function inodesOf(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      return fields[1]?.endsWith(wanted) && fields[3] === LISTEN ? [fields[9] ?? ''] : [];
    });
}

/** Whether a process holds one of these sockets. */
export async function holdsSocket(pid: number, inodes: ReadonlySet<string>): Promise<boolean> {
  for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
