import { parseArgs } from 'node:util';

/** What the server is started with. */
export interface MongoArguments {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
}

/** Parses `--port N --data DIR [--host ADDRESS]`. @throws Error that says which argument is wrong */
export function parseArguments(argv: readonly string[]): MongoArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: { port: { type: 'string' }, data: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
  });
  const port = Number(values.port);
  if (values.port === undefined || !/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(`expected --port with a number from 0 to 65535 (0 picks a free one), got ${values.port ?? 'none'}`);
  }
  if (values.data === undefined || values.data === '')
    throw new Error('expected --data with the folder for the data, got none');
  return { port, host: values.host, dataDir: values.data };
}
