import { toxiproxy } from '../definitions/index.js';
import type { ProcessDef } from '../definitions/index.js';
import { ExpectedError } from '../errors/index.js';
import { unknownProcess } from './dependency-graph.js';
import type { Instance } from './instances.js';
import { mentionedProcesses } from './placeholders.js';
import type { LinkEnds } from './stack.js';

/** The ports of the links begin a little above that of the proxy: at 8500 by default. */
const FIRST_LINK = 26;

/**
 * Checks the links that are to go through the proxy; one that is named twice counts once.
 * @throws ExpectedError when one of its ends is not part of the stack, or `from` is not told the address of `to`
 */
export function chooseLinks(asked: readonly LinkEnds[], instances: readonly Instance[]): LinkEnds[] {
  const chosen = new Map<string, LinkEnds>();
  for (const link of asked) {
    const from = find(link.from, instances);
    const to = find(link.to, instances);
    const called = mentionedProcesses(Object.values(from.def.env));
    if (!called.includes(to.instanceOf ?? to.def.name)) throw notCalled(link, called, instances);
    chosen.set(nameOfLink(link), { from: link.from, to: link.to });
  }
  return [...chosen.values()];
}

/** `from:to`, as on the command line; the name of its proxy too. */
export const nameOfLink = ({ from, to }: LinkEnds): string => `${from}:${to}`;

/** The links with the ports that they would like. */
export function linkPorts(
  links: readonly LinkEnds[],
  defs: readonly ProcessDef[],
): (LinkEnds & { readonly name: string; readonly port: number })[] {
  const proxy = defs.find(({ name }) => name === toxiproxy.name) ?? toxiproxy;
  return links.map((link, index) => ({ ...link, name: nameOfLink(link), port: proxy.port + FIRST_LINK + index }));
}

/** The proxy, when there is a link for it. */
export function proxyFor(links: readonly LinkEnds[], catalogue: readonly ProcessDef[]): ProcessDef[] {
  return links.length > 0 ? catalogue.filter(({ name }) => name === toxiproxy.name) : [];
}

function find(name: string, instances: readonly Instance[]): Instance {
  const found = instances.find(({ def }) => def.name === name);
  if (found) return found;
  throw unknownProcess(
    name,
    instances.map(({ def }) => def),
  );
}

function notCalled({ from, to }: LinkEnds, called: readonly string[], instances: readonly Instance[]): ExpectedError {
  const present = instances.filter(({ def, instanceOf }) => called.includes(instanceOf ?? def.name));
  return new ExpectedError(`There is no link from ${from} to ${to}: ${from} does not call it.`, {
    next:
      present.length > 0
        ? `It calls ${present.map(({ def }) => def.name).join(', ')}: for example "--link ${from}:${present[0]?.def.name ?? to}".`
        : `${from} calls nothing that is part of this stack.`,
    exitCode: 2,
  });
}
