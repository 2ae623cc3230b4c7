import { execFileSync } from 'node:child_process';

const docker = (...args: readonly string[]): string[] =>
  execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);

/** Containers, networks and volumes of the stacks of a state home, by the labels that they carry. Empty when all is clean. */
export function thingsOf(home: string): readonly string[] {
  const label = ['--filter', `label=dev.quickbite.home=${home}`];
  return [
    ...docker('ps', '--all', ...label, '--format', 'container {{.Names}}'),
    ...docker('network', 'ls', ...label, '--format', 'network {{.Name}}'),
    ...docker('volume', 'ls', ...label, '--format', 'volume {{.Name}}'),
  ];
}
