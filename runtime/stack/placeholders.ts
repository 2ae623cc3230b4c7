import { randomBytes } from 'node:crypto';
import type { ProcessDef, Readiness } from '../definitions/index.js';
import type { Address, Inside } from '../launchers/index.js';
import type { ProcessRecord, StackState } from './state-file.js';

/**
 * ms for which one of several instances goes on serving when it is asked to end, so that the gateway notices: three of its looks.
 * Who is alone ends at once, for nobody could take over.
 */
const NOTICE_MS = 1500;

const PLACEHOLDER = /\{([a-z][a-z0-9-]*)\.([A-Za-z][A-Za-z0-9-]*)\}/g;

const SCHEMES: Readonly<Record<Readiness['type'], string>> = {
  http: 'http://',
  'mongo-hello': 'mongodb://',
  'redis-ping': 'redis://',
  'amqp-open': 'amqp://guest:guest@',
};

/** The address of a process as its clients write it. */
export const urlOf = (def: ProcessDef, { host, port }: Address): string =>
  `${SCHEMES[def.readiness.type]}${host}:${port}`;

/** A stack as its processes are told of it. */
interface Told {
  readonly state: StackState;
  readonly catalogue: readonly ProcessDef[];
  readonly inside: Inside;
}

/** The environment of one process: its definition's and its server's, filled in, and what the boot added. */
export function environmentOf(
  def: ProcessDef,
  serverEnv: Readonly<Record<string, string>>,
  stack: Told,
  self: { readonly record: ProcessRecord; readonly dataDir: string },
): Record<string, string> {
  const ownAddress = addressOf(stack, self.record);
  const own: Readonly<Record<string, string>> = {
    port: String(ownAddress.port),
    host: ownAddress.host,
    bind: stack.inside.bind,
    callers: stack.inside.callers,
    dataDir: stack.inside.dataDir(self.dataDir),
    noticeMs: String(isOneOfSeveral(stack.state, self.record) ? NOTICE_MS : 0),
  };
  const value = (subject: string, field: string): string | undefined => {
    if (subject === 'secret') return stack.state.secrets[field];
    if (subject === 'free-port') return self.record.extraPorts[field]?.toString();
    if (subject === 'self') return own[field];
    const addresses = addressesOf(stack, subject, self.record.name);
    const [first] = addresses;
    if (!first) return undefined;
    if (field === 'port') return String(first.port);
    if (field === 'host') return first.host;
    const target = stack.catalogue.find(({ name }) => name === subject);
    if (target && field === 'url') return urlOf(target, first);
    return target && field === 'urls' ? addresses.map((each) => urlOf(target, each)).join(',') : undefined;
  };
  const filled = Object.entries({ ...def.env, ...serverEnv }).map(([name, template]) => [
    name,
    template.replaceAll(PLACEHOLDER, (whole, subject: string, field: string) => {
      const found = value(subject, field);
      if (found === undefined) throw new Error(`${def.name}: nothing to put for ${whole} in ${name}`);
      return found;
    }),
  ]);
  return { ...(Object.fromEntries(filled) as Record<string, string>), ...self.record.env };
}

function isOneOfSeveral({ processes }: StackState, { name, instanceOf = name }: ProcessRecord): boolean {
  return processes.filter((record) => (record.instanceOf ?? record.name) === instanceOf).length > 1;
}

/** Where one process finds the instances of another: the proxy of the link where there is one. */
function addressesOf(stack: Told, name: string, from: string): Address[] {
  const { state, inside } = stack;
  const instances = state.processes.filter((record) => (record.instanceOf ?? record.name) === name);
  const absent = state.absentPorts[name];
  if (instances.length === 0) return absent === undefined ? [] : [addressOf(stack, { name, port: absent })];
  const proxied = (to: string) => state.links.find((link) => link.from === from && link.to === to)?.port;
  return instances.map((record) => {
    const port = proxied(record.name);
    return port === undefined ? addressOf(stack, record) : inside.link(port);
  });
}

/** Where the processes of a stack find one of them. */
export function addressOf(
  { catalogue, inside }: Pick<Told, 'catalogue' | 'inside'>,
  { name, instanceOf, port }: Pick<ProcessRecord, 'name' | 'instanceOf' | 'port'>,
): Address {
  const def = catalogue.find((candidate) => candidate.name === (instanceOf ?? name));
  return inside.address({ name, usualPort: def?.port ?? port, port });
}

/** All uses of one kind of placeholder, e.g. the names of `{secret.<name>}`. */
export function placeholderNames(templates: Iterable<string>, subject: string): string[] {
  const names = new Set<string>();
  for (const template of templates) {
    for (const [, found, field] of template.matchAll(PLACEHOLDER)) if (found === subject && field) names.add(field);
  }
  return [...names];
}

/** Names of other processes that the templates mention. */
export function mentionedProcesses(templates: Iterable<string>): string[] {
  const names = new Set<string>();
  for (const template of templates)
    for (const [, subject] of template.matchAll(PLACEHOLDER)) if (subject) names.add(subject);
  for (const reserved of ['self', 'secret', 'free-port']) names.delete(reserved);
  return [...names];
}

/** A random secret: 256 bits, long enough for HMAC-SHA256. */
export const makeSecret = (): string => randomBytes(32).toString('hex');
