import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../errors/index.js';
import type { LaunchSpec } from './launcher.js';
import { findNativeServer } from './native-servers.js';

/** A program and its arguments. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * What to execute for a definition in process mode: Node with our entry file, or the installed server.
 * @param root the repository's root, where entry files are relative to
 */
export async function commandLineOf(spec: LaunchSpec, root: string): Promise<CommandLine> {
  if (spec.def.kind === 'service') return nodeProgram(root, spec.def.name, spec.def.entry, []);
  if (spec.source === 'embedded') {
    return nodeProgram(root, spec.def.name, spec.def.embedded.entry, spec.def.embedded.args.map(fill(spec)));
  }
  const server = await findNativeServer(spec.def);
  if (!server) {
    throw new ExpectedError(`No server for ${spec.def.name} is installed any more.`, {
      next: `Install one of ${spec.def.native.map(({ binary }) => binary).join(', ')}, or use --engine ${spec.def.name}=embedded.`,
    });
  }
  return { file: server.path, args: server.args.map(fill(spec)) };
}

function nodeProgram(root: string, name: string, entry: string, args: readonly string[]): CommandLine {
  const file = join(root, entry);
  if (!existsSync(file)) {
    throw new ExpectedError(`The program of ${name} is missing: there is no ${entry}.`, {
      next: 'Build it with "npm run build".',
    });
  }
  return { file: process.execPath, args: [file, ...args] };
}

const fill = (spec: LaunchSpec) => (arg: string) =>
  arg
    .replaceAll('{self.port}', String(spec.port))
    .replaceAll('{self.dataDir}', spec.dataDir)
    .replaceAll('{self.bind}', '127.0.0.1');
