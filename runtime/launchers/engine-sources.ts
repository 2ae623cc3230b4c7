import { ExpectedError } from '../errors/index.js';
import type { EngineDef, EngineSource } from '../definitions/index.js';
import { findNativeServer } from './native-servers.js';
import type { FoundServer } from './native-servers.js';

/** Where an engine comes from, and why. */
export interface ChosenSource {
  readonly source: EngineSource;
  /** The program, where it is one that is installed on this machine. */
  readonly server: FoundServer | undefined;
  readonly why: string;
}

/**
 * Chooses for one engine in process mode: what was asked for; else the installed server; else the embedded one.
 * @throws ExpectedError when `native` was asked for and nothing is installed
 */
export async function chooseSource(engine: EngineDef, asked: EngineSource | undefined): Promise<ChosenSource> {
  if (asked === 'embedded') return { source: 'embedded', server: undefined, why: 'asked for' };
  const server = await findNativeServer(engine);
  if (server) return { source: 'native', server, why: `${server.path} is installed` };
  const binaries = [...new Set(engine.native.map(({ binary }) => binary.slice(binary.lastIndexOf('/') + 1)))].join(
    ' or ',
  );
  if (asked === 'native') {
    throw new ExpectedError(`A native ${engine.name} was asked for, but no ${binaries} is installed.`, {
      next: `Install ${binaries}, or use "--engine ${engine.name}=embedded".`,
    });
  }
  return { source: 'embedded', server: undefined, why: `no ${binaries} is installed` };
}
