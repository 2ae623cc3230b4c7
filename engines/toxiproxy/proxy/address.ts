/** A host and a port, as Go writes them: `127.0.0.1:6379`, `[::1]:6379`, or `:6379` for all interfaces. */
export interface Address {
  /** Empty: all interfaces. */
  readonly host: string;
  readonly port: number;
}

const HIGHEST_PORT = 65_535;

/** @returns undefined when the text is no address; an empty text is any port on all interfaces */
export function parseAddress(text: string): Address | undefined {
  if (text === '') return { host: '', port: 0 };
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.%\w]*)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return digits === undefined || port > HIGHEST_PORT ? undefined : { host: bracketed ?? plain ?? '', port };
}

export const formatAddress = ({ host, port }: Address): string =>
  host.includes(':') || host === '' ? `[${host === '' ? '::' : host}]:${port}` : `${host}:${port}`;
