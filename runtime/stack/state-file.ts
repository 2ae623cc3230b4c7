import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '../errors/index.js';
import type { ProcessRef } from '../launchers/index.js';

const processSchema = z.object({
  name: z.string(),
  /** The definition that it is a further instance of, e.g. `api-gateway` for `api-gateway-2`. */
  instanceOf: z.string().optional(),
  kind: z.enum(['service', 'engine']),
  source: z.enum(['native', 'embedded']).optional(),
  port: z.int().min(1).max(65_535),
  movedFrom: z.int().optional(),
  /** More ports that the process uses, by name. */
  extraPorts: z.record(z.string(), z.int()),
  /** Absent from the moment in which a launch is intended until its pid is known. */
  pid: z.int().nonnegative().optional(),
  startedAt: z.string().optional(),
  /** The container that it runs in. */
  container: z.string().optional(),
  launchedAt: z.iso.datetime().optional(),
  readyMs: z.number().optional(),
  /** Environment that the boot added. */
  env: z.record(z.string(), z.string()).optional(),
  /** What was last asked for; reality may differ. */
  wanted: z.enum(['running', 'paused', 'stopped']),
});

const linkSchema = z.object({
  from: z.string(),
  to: z.string(),
  /** Where `from` connects instead of to `to`. */
  port: z.int().min(1).max(65_535),
});

const stateSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  mode: z.enum(['process', 'docker']),
  phase: z.enum(['booting', 'up']),
  lifetime: z.enum(['run', 'kept']),
  /** Somebody else made its containers, and removes them. */
  adopted: z.object({ project: z.string() }).optional(),
  createdAt: z.iso.datetime(),
  /** The CLI that booted or adopted it. */
  owner: z.object({ pid: z.int().positive(), startedAt: z.string() }),
  secrets: z.record(z.string(), z.string()),
  processes: z.array(processSchema),
  /** Ports of processes that are not part of this stack: kept free, so that a call to one is refused. */
  absentPorts: z.record(z.string(), z.int()),
  /** Links that go through the proxy. */
  links: z.array(linkSchema).default([]),
});

export type StackState = z.infer<typeof stateSchema>;
export type ProcessRecord = StackState['processes'][number];
export type LinkRecord = StackState['links'][number];

/** The state file of a stack's folder. */
export const stateFileOf = (folder: string): string => join(folder, 'state.json');

/**
 * Reads what is recorded of a stack.
 * @returns undefined when there is no state file
 * @throws ExpectedError when the file is damaged
 */
export function readState(folder: string): StackState | undefined {
  const file = stateFileOf(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ExpectedError(`The state file of the stack "${basename(folder)}" cannot be read.`, {
      details: [file, ...whatIsWrong(cause)],
      next: `Clean up with "quickbite down --stack ${basename(folder)} --force": it finds what still runs without the file.`,
      cause,
    });
  }
}

function whatIsWrong(cause: unknown): string[] {
  if (cause instanceof z.ZodError) return z.prettifyError(cause).split('\n');
  return [cause instanceof Error ? cause.message : String(cause)];
}

/** Writes the whole state so that a reader sees the old or the new one, never half of it. Only the owner may read it: it holds secrets. */
export function writeState(folder: string, state: StackState): void {
  mkdirSync(folder, { recursive: true });
  const file = stateFileOf(folder);
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Changes the state from what the file says now: several commands may work on a stack. */
export function updateState(folder: string, change: (state: StackState) => StackState): StackState {
  const state = readState(folder);
  if (!state) {
    throw new ExpectedError(`The stack "${basename(folder)}" has been taken down meanwhile.`, {
      next: 'Boot it again with "quickbite up".',
    });
  }
  const changed = change(state);
  writeState(folder, changed);
  return changed;
}

/** Changes the record of one process. A value of undefined removes the entry. */
export function updateProcess(
  folder: string,
  name: string,
  changes: { readonly [K in keyof ProcessRecord]?: ProcessRecord[K] | undefined },
): ProcessRecord {
  const state = updateState(folder, (current) => ({
    ...current,
    processes: current.processes.map((entry) =>
      entry.name === name ? processSchema.parse({ ...entry, ...changes }) : entry,
    ),
  }));
  return findRecord(state, name);
}

/** What finds the process of a record; undefined when none was launched, or its launch was cut short. */
export function refOf({ name, pid, startedAt, container }: ProcessRecord): ProcessRef | undefined {
  return pid === undefined || startedAt === undefined ? undefined : { name, pid, startedAt, container };
}

/** The record of one process. */
export function findRecord(state: StackState, name: string): ProcessRecord {
  const record = state.processes.find((entry) => entry.name === name);
  if (record) return record;
  throw new ExpectedError(`The stack "${state.id}" has no process "${name}".`, {
    next: `Choose one of ${state.processes.map((entry) => entry.name).join(', ')}.`,
    exitCode: 2,
  });
}
