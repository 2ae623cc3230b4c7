import { randomBytes } from 'node:crypto';
import type { ProcessDef, Readiness } from '../definitions/index.js';
import type { ProcessRecord, StackState } from './state-file.js';

/** Everything of a stack listens here only: the lab's credentials are not secret. */
export const HOST = '127.0.0.1';

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
export const urlOf = (def: ProcessDef, port: number): string => `${SCHEMES[def.readiness.type]}${HOST}:${port}`;

/** The environment of one process: its definition's, its server's, and what marks it as part of the stack. */
export function environmentOf(
  def: ProcessDef,
  serverEnv: Readonly<Record<string, string>>,
  stack: { readonly state: StackState; readonly folder: string; readonly catalogue: readonly ProcessDef[] },
  self: { readonly record: ProcessRecord; readonly dataDir: string },
): Record<string, string> {
  const value = (subject: string, field: string): string | undefined => {
    if (subject === 'secret') return stack.state.secrets[field];
    if (subject === 'free-port') return self.record.extraPorts[field]?.toString();
    if (subject === 'self' && field === 'dataDir') return self.dataDir;
    if (subject === 'self' && field === 'noticeMs')
      return String(isOneOfSeveral(stack.state, self.record) ? NOTICE_MS : 0);
    const ports = subject === 'self' ? [self.record.port] : portsOf(stack.state, subject, self.record.name);
    const [port] = ports;
    if (port === undefined) return undefined;
    if (field === 'port') return String(port);
    if (field === 'host') return HOST;
    const target = stack.catalogue.find(({ name }) => name === subject);
    if (target && field === 'url') return urlOf(target, port);
    return target && field === 'urls' ? ports.map((each) => urlOf(target, each)).join(',') : undefined;
  };
  const filled = Object.entries({ ...def.env, ...serverEnv }).map(([name, template]) => [
    name,
    template.replaceAll(PLACEHOLDER, (whole, subject: string, field: string) => {
      const found = value(subject, field);
      if (found === undefined) throw new Error(`${def.name}: nothing to put for ${whole} in ${name}`);
      return found;
    }),
  ]);
  return {
    ...(Object.fromEntries(filled) as Record<string, string>),
    ...self.record.env,
    QUICKBITE_STACK_ID: stack.state.id,
    QUICKBITE_STACK_FOLDER: stack.folder,
  };
}

function isOneOfSeveral({ processes }: StackState, { name, instanceOf = name }: ProcessRecord): boolean {
  return processes.filter((record) => (record.instanceOf ?? record.name) === instanceOf).length > 1;
}

/** Where one process finds the instances of another: the proxy of the link where there is one. */
function portsOf(state: StackState, name: string, from: string): number[] {
  const instances = state.processes.filter((record) => (record.instanceOf ?? record.name) === name);
  if (instances.length === 0) return [state.absentPorts[name] ?? []].flat();
  const proxied = (to: string) => state.links.find((link) => link.from === from && link.to === to)?.port;
  return instances.map((record) => proxied(record.name) ?? record.port);
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
