import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../errors/index.js';
import type { ProcessDef } from '../definitions/index.js';
import { lookUpProcess } from '../launchers/index.js';
import type { ChosenSource, Launcher } from '../launchers/index.js';
import type { RuntimeContext } from './context.js';
import { linkPorts } from './choose-links.js';
import type { Instance } from './instances.js';
import { waitForLock } from './lock-file.js';
import { observeStacks } from './observe-stacks.js';
import type { ObservedStack } from './observe-stacks.js';
import { joinNeighbourhood, neighbourhood, neighboursOf } from './neighbours.js';
import { makeSecret, mentionedProcesses, placeholderNames } from './placeholders.js';
import { anyFreePort, freePortsOf, planPorts } from './port-plan.js';
import type { LinkEnds } from './stack.js';
import { stackFolder, stacksFolder } from './state-home.js';
import type { ProcessRecord, StackState } from './state-file.js';
import { writeState } from './state-file.js';
import { takeDown } from './take-down.js';

const LOCK_TIMEOUT_MS = 20_000;

/** What a boot has decided before anything runs. */
export interface StackClaim {
  readonly id: string;
  readonly launcher: Launcher;
  readonly instances: readonly Instance[];
  /** The links that go through the proxy, which is among the instances when there are any. */
  readonly links: readonly LinkEnds[];
  /** Environment to add, by the name of an instance. */
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly sources: ReadonlyMap<string, ChosenSource>;
  readonly ports: Readonly<Record<string, number>>;
  readonly lifetime: 'run' | 'kept';
}

/**
 * Reserves the name and the ports of a stack by writing its first state file. Boots that run at the same time take
 * turns here, so that they never choose the same port, whatever home they have. Leftovers of a stack with that name are removed first.
 * @throws ExpectedError when a stack of that name is up or is being booted
 */
export async function claimStack(claim: StackClaim, context: RuntimeContext): Promise<StackState> {
  return claimName(claim.id, context, (others) => reservePorts(claim, context, others));
}

/**
 * Holds the name of a stack while its first state file is written.
 * @throws ExpectedError when a stack of that name is up or is being booted
 */
export async function claimName<T>(
  id: string,
  context: RuntimeContext,
  write: (others: readonly ObservedStack[]) => T | Promise<T>,
): Promise<T> {
  mkdirSync(stacksFolder(context.home), { recursive: true });
  using _turn = await waitForLock(join(context.home, 'claims.lock'), `booting the stack "${id}"`, LOCK_TIMEOUT_MS);
  const stacks = await observeStacks(context);
  const same = stacks.find((stack) => stack.id === id);
  if (same) await clearAway(same, context);
  return await write(stacks.filter((stack) => stack.id !== id));
}

/** The CLI that runs now, as the owner of what it claims. */
export async function ownerNow(): Promise<StackState['owner']> {
  return { pid: process.pid, startedAt: (await lookUpProcess(process.pid))?.startedAt ?? 'unknown' };
}

/** Chooses the ports and writes them down, while no other boot of this user does so on this machine. */
async function reservePorts(
  claim: StackClaim,
  context: RuntimeContext,
  ours: readonly ObservedStack[],
): Promise<StackState> {
  const shared = neighbourhood();
  joinNeighbourhood(shared, context.home);
  using _turn = await waitForLock(join(shared, 'ports.lock'), `choosing ports for "${claim.id}"`, LOCK_TIMEOUT_MS);
  const homes = neighboursOf(shared, context.home);
  // A home that cannot be read must not keep this one from booting.
  const theirs = await Promise.all(homes.map((home) => observeStacks({ ...context, home }).catch(() => [])));
  const others = [...ours, ...theirs.flat()].filter(({ condition }) => condition !== 'leftover');
  const state = await planState(claim, context, claimedPorts(others));
  const folder = stackFolder(context.home, claim.id);
  try {
    writeState(folder, state);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return state;
}

async function clearAway(same: ObservedStack, context: RuntimeContext): Promise<void> {
  if (same.condition === 'leftover') {
    if (same.problem) throw same.problem;
    await takeDown(same.folder, same.state, context);
    return;
  }
  const booting = same.condition === 'booting';
  throw new ExpectedError(`The stack "${same.id}" is ${booting ? 'being booted' : 'already up'}.`, {
    details: booting && same.state ? [`by pid ${same.state.owner.pid}`] : [],
    next: `Take it down with "quickbite down --stack ${same.id}", or use another with "--stack other".`,
  });
}

/** Ports of stacks that are up, with the name of the stack: also those of processes that are down just now. */
function claimedPorts(stacks: readonly ObservedStack[]): Map<number, string> {
  const claimed = new Map<number, string>();
  for (const { id, state } of stacks) {
    if (!state) continue;
    for (const record of state.processes) {
      for (const port of [record.port, ...Object.values(record.extraPorts)]) claimed.set(port, id);
    }
    for (const port of Object.values(state.absentPorts)) claimed.set(port, id);
    for (const { port } of state.links) claimed.set(port, id);
  }
  return claimed;
}

async function planState(
  claim: StackClaim,
  context: RuntimeContext,
  claimed: Map<number, string>,
): Promise<StackState> {
  const templates = (def: ProcessDef): string[] => [
    ...Object.values(def.env),
    ...Object.values(claim.sources.get(def.name)?.server?.env ?? {}),
  ];
  const defs = claim.instances.map(({ def }) => def);
  const all = defs.flatMap(templates);
  const present = new Set(defs.map(({ name }) => name));
  const mentioned = mentionedProcesses(all);
  const absent = context.catalogue.filter(({ name }) => mentioned.includes(name) && !present.has(name));
  const links = linkPorts(claim.links, defs);
  const wishes = [...defs, ...absent, ...links].map(({ name, port }) => {
    const asked = claim.ports[name];
    return { name, port: asked ?? port, explicit: asked !== undefined };
  });
  const planned = await planPorts(wishes, claimed, freePortsOf(claim.launcher));
  const avoid = new Set([...claimed.keys(), ...[...planned.values()].map(({ port }) => port)]);

  const processes: ProcessRecord[] = [];
  for (const { def, instanceOf } of claim.instances) {
    const extraPorts: Record<string, number> = {};
    for (const name of placeholderNames(templates(def), 'free-port')) {
      const port = await anyFreePort(avoid);
      avoid.add(port);
      extraPorts[name] = port;
    }
    processes.push({
      name: def.name,
      instanceOf,
      kind: def.kind,
      source: claim.sources.get(def.name)?.source,
      ...planned.get(def.name),
      port: planned.get(def.name)?.port ?? def.port,
      extraPorts,
      wanted: 'running',
      env: claim.env[def.name],
    });
  }
  const secretNames = new Set(['lab', ...placeholderNames(all, 'secret')]);
  return {
    version: 1,
    id: claim.id,
    mode: claim.launcher.mode,
    phase: 'booting',
    lifetime: claim.lifetime,
    createdAt: new Date().toISOString(),
    owner: await ownerNow(),
    secrets: Object.fromEntries([...secretNames].map((name) => [name, makeSecret()])),
    processes,
    absentPorts: Object.fromEntries(absent.map(({ name, port }) => [name, planned.get(name)?.port ?? port])),
    links: links.map(({ from, to, name, port }) => ({ from, to, port: planned.get(name)?.port ?? port })),
  };
}
